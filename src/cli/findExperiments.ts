import * as Result from "effect/Result"
import type { ExperimentReport } from "../ExperimentReport.ts"
import { type InputError, wrongInput } from "../InputError.ts"
import { nearestName } from "../nearestName.ts"

/** The experiments of the one step that is meant by STEP or WORKFLOW/STEP, or the one with this key; at least one. */
export const findExperiments = (
  written: string,
  known: ReadonlyArray<ExperimentReport>,
): Result.Result<readonly [ExperimentReport, ...ReadonlyArray<ExperimentReport>], InputError> => {
  const [first, ...others] = known.filter(
    (report) => report.step === written || experimentPlace(report) === written || report.key === written,
  )
  if (first === undefined) return Result.fail(wrongInput(unknownText(written, known)))
  const places = new Set([first, ...others].map(experimentPlace))
  return places.size === 1
    ? Result.succeed([first, ...others])
    : Result.fail(wrongInput(`several workflows have a step "${written}"; say which: ${[...places].join(", ")}`))
}

/** `WORKFLOW/STEP`. */
export const experimentPlace = ({ workflow, step }: Pick<ExperimentReport, "workflow" | "step">): string =>
  `${workflow}/${step}`

const unknownText = (written: string, known: ReadonlyArray<ExperimentReport>): string => {
  const places = [...new Set(known.map(experimentPlace))]
  if (places.length === 0) return `there is no experiment on step "${written}": none has begun in this state directory`
  const meant = nearestName(written, [...known.map(({ step }) => step), ...places])
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`
  return `there is no experiment on step "${written}".${hint} There are some on ${places.join(", ")}.`
}
