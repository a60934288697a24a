import process from "node:process"
import { defineConfig } from "vitest/config"
import { compiled } from "./test/setup/compiled.ts"

// For the workers and for the hundreds of processes that they start.
process.env["NODE_COMPILE_CACHE"] ??= compiled

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/setup/nodeVersion.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
  },
})
