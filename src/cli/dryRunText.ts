import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { DoubletrackService } from "../DoubletrackService.ts"

type DryRunReport = Awaited<ReturnType<DoubletrackService["dryRun"]>>

/** Prints the prompts of one or several runs: as JSON, or under a heading each. */
export const printDryRun = (
  reports: ReadonlyArray<DryRunReport>,
  output: { readonly json: boolean; readonly many: boolean },
) =>
  Effect.forEach(
    reports,
    (report) =>
      Console.log(output.json ? JSON.stringify(report, null, output.many ? undefined : 2) : dryRunText(report)),
    { discard: true },
  )

/** Every prompt under the name of its step; what still waits for an answer is said. */
export const dryRunText = ({ prompts }: DryRunReport): string =>
  prompts
    .map(({ step, part, prompt, complete }) => {
      const name = part === undefined ? step : `${step}, ${part}`
      return `--- ${name}${complete ? "" : " (waits for an earlier answer)"} ---\n${prompt}\n`
    })
    .join("\n")
