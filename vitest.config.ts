import process from "node:process"
import { defineConfig } from "vitest/config"
import { compiled } from "./test/setup/compiled.ts"

// For the workers and for the hundreds of processes that they start.
process.env["NODE_COMPILE_CACHE"] ??= compiled

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", ...(process.env["DOUBLETRACK_TEST_NIGHT"] === "1" ? ["test/**/*.night.ts"] : [])],
    setupFiles: ["./test/setup/nodeVersion.ts"],
    pool: "forks",
    maxWorkers: 2,
    // A process serves many files, and loads what they share once: what a test opens it closes.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
})
