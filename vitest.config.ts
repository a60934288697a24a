import process from "node:process"
import { defineConfig } from "vitest/config"
import { compiled } from "./test/setup/compiled.ts"

// For the workers and for the hundreds of processes that they start.
process.env["NODE_COMPILE_CACHE"] ??= compiled

/** Tests of functions and of services by themselves, which leave nothing behind in their process: it serves many files. */
const small = [
  ...["hybrid", "language", "machines", "statistics", "streams", "testing"],
  ...["adapters", "budgets", "datasets", "evaluation", "executors", "experiments", "journal", "limits"].map(inServices),
  ...["metrics", "models", "optimization", "programs", "prompts", "store", "workflows"].map(inServices),
].map((folder) => `test/${folder}/**/*.test.ts`)

/** With what only the nightly carries out, where that is asked for. */
const whole = ["test/**/*.test.ts", ...(process.env["DOUBLETRACK_TEST_NIGHT"] === "1" ? ["test/**/*.night.ts"] : [])]

function inServices(folder: string): string {
  return `services/${folder}`
}

export default defineConfig({
  test: {
    setupFiles: ["./test/setup/nodeVersion.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: "whole", include: whole, exclude: small } },
      { extends: true, test: { name: "small", include: small, isolate: false } },
    ],
  },
})
