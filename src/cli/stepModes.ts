import * as Result from "effect/Result"
import type { ExecutionMode } from "../ExecutionMode.ts"
import { InputError } from "../InputError.ts"
import { nearestName } from "../nearestName.ts"

/** The modes a run can be asked for. */
export const runModes = ["traditional", "dspy_optimized", "hybrid"] as const satisfies ReadonlyArray<ExecutionMode>

/** What `--step-mode S=M` says, by step; of several for one step the last counts. */
export const parseStepModes = (
  pairs: ReadonlyArray<string>,
): Result.Result<{ readonly [step: string]: ExecutionMode }, InputError> => {
  const parsed = pairs.map((pair) => {
    const at = pair.lastIndexOf("=")
    const mode = runModes.find((known) => known === pair.slice(at + 1))
    return { pair, step: pair.slice(0, Math.max(0, at)), written: pair.slice(at + 1), mode }
  })
  const problems = parsed.flatMap(({ pair, step, written, mode }) =>
    step !== "" && mode !== undefined ? [] : [problemOf(pair, written)],
  )
  return problems.length > 0
    ? Result.fail(
        new InputError({ message: problems.map(({ file, message }) => `${file}: ${message}`).join("\n"), problems }),
      )
    : Result.succeed(Object.fromEntries(parsed.flatMap(({ step, mode }) => (mode === undefined ? [] : [[step, mode]]))))
}

const problemOf = (pair: string, written: string) => {
  const nearest = nearestName(written, runModes)
  const meant = nearest === undefined || nearest === written ? "" : `; did you mean ${nearest}?`
  const message = `expected a step and a mode (${runModes.join(", ")}), such as --step-mode classify=traditional${meant}`
  return { file: `--step-mode ${pair}`, line: 1, column: 1, path: "", message, severity: "error" } as const
}
