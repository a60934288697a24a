import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { OptimizationError } from "../optimization/Optimizer.ts"
import { buildVenv, type Tell } from "./buildVenv.ts"
import type { DspyOptions } from "./DspyOptions.ts"
import { withFileLock } from "./fileLock.ts"
import { findPython } from "./findPython.ts"
import { pythonPackage } from "./pythonPackage.ts"

/**
 * The Python of the virtual environment for the pinned requirements, `<state>/python-<hash of the requirements>`, set up on first
 * use by one process while others wait. It comes into being by a rename, so a half-built one is never taken for a whole one.
 * Fails with `dspy_unavailable`.
 */
export const venv = Effect.fnUntraced(
  function* (
    { state, environment }: DspyOptions,
    tell: Tell,
  ): Effect.fn.Return<
    string,
    OptimizationError | PlatformError,
    FileSystem.FileSystem | Path.Path | ChildProcessSpawner
  > {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const requirements = yield* files.readFileString(pythonPackage.requirements)
    const hash = createHash("sha256").update(requirements).digest("hex").slice(0, 12)
    const folder = path.resolve(state, `python-${hash}`)
    const python = path.join(folder, ...pythonInVenv)
    if (yield* files.exists(python)) return python

    const base = yield* findPython(environment)
    yield* files.makeDirectory(path.dirname(folder), { recursive: true })
    const build = buildVenv({ base, folder, pythonInVenv, packages: packagesIn(requirements), environment, tell })
    const unlessBuilt = Effect.flatMap(files.exists(python), (exists) => (exists ? Effect.void : build))
    let waiting = false
    while (Option.isNone(yield* withFileLock(`${folder}.lock`, unlessBuilt))) {
      if (!waiting) yield* tell("another process is setting up DSPy; waiting for it")
      waiting = true
      yield* Effect.sleep("250 millis")
    }
    return python
  },
  Effect.catchTag("PlatformError", (error) => Effect.fail(notWritable(error.message))),
)

const pythonInVenv = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]

const packagesIn = (requirements: string): number => requirements.split("\n").filter((line) => /^\w/.test(line)).length

const notWritable = (problem: string) =>
  new OptimizationError({
    reason: "dspy_unavailable",
    message: `DSPy could not be set up: ${problem}. Choose a directory that can be written with --state, or optimize with --engine embedded.`,
  })
