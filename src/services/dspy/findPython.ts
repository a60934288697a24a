import * as Effect from "effect/Effect"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { OptimizationError } from "../optimization/Optimizer.ts"
import type { DspyOptions } from "./DspyOptions.ts"
import { runPython } from "./runPython.ts"

/** A Python that DSPy and what it needs can be installed for: the one that `DOUBLETRACK_PYTHON` names, else the first on the path. */
export const findPython = Effect.fnUntraced(function* (
  environment: DspyOptions["environment"],
): Effect.fn.Return<string, OptimizationError, ChildProcessSpawner> {
  const given = environment["DOUBLETRACK_PYTHON"]
  const named = given === undefined || given === "" ? undefined : given
  for (const command of named === undefined ? commands : [named]) {
    const { succeeded } = yield* runPython(command, ["-c", isSupported], environment)
    if (succeeded) return command
  }
  const missing =
    named === undefined
      ? "No Python from 3.11 to 3.14 is on the path. Install one, or name one in DOUBLETRACK_PYTHON"
      : `DOUBLETRACK_PYTHON names ${named}, which is no Python from 3.11 to 3.14. Name another one`
  return yield* new OptimizationError({
    reason: "dspy_unavailable",
    message: `${missing}; or optimize with --engine embedded, which needs no Python.`,
  })
})

const commands = ["python3.13", "python3.12", "python3.11", "python3.14", "python3", "python"]

const isSupported = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))"
