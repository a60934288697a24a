import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { type EvaluatedMode, evaluatedModes } from "../services/evaluation/EvaluationReport.ts"
import { atLeast } from "./limitFlags.ts"
import { measure } from "./measure.ts"
import { datasetFlag, metricFlag, stepFlag } from "./measuringFlags.ts"
import { openTrack } from "./openTrack.ts"
import { optionFlag, textFlag } from "./optionFlag.ts"
import { reportPage } from "./reportPage.ts"
import { root } from "./root.ts"

/** `doubletrack evaluate FILE`. */
export const evaluate = Command.make(
  "evaluate",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file")),
    dataset: datasetFlag,
    step: stepFlag,
    modes: optionFlag(
      textFlag("modes", "M,…", "traditional, dspy_optimized or both (default: both where a program is adopted)").pipe(
        Flag.filterMap(
          (text) => parseModes(text),
          () => `${evaluatedModes.join(", ")} or both, with a comma between`,
        ),
      ),
      (modes) => ({ modes }),
    ),
    metric: metricFlag,
    limit: optionFlag(
      atLeast(
        1,
        Flag.Int("limit").pipe(Flag.withMetavar("N"), Flag.withDescription("Rows at most, drawn by the seed")),
      ),
      (limit) => ({ limit }),
    ),
    report: textFlag("report", "FILE", "Write a page with scores, costs and the worst cases").pipe(Flag.optional),
  },
  Effect.fn(function* ({ file, dataset, step, modes, metric, limit, report }) {
    const rootFlags = yield* root
    const page = Option.isSome(report) ? yield* reportPage(report.value) : null
    const { track } = yield* openTrack(rootFlags)
    const reports = yield* measure(track, file, { ...dataset, ...step, ...modes, ...metric, ...limit }, rootFlags)
    if (page !== null) yield* page(reports, rootFlags)
  }, Effect.scoped),
).pipe(
  Command.withDescription("Say what steps are worth on a data set, and which mode to use"),
  Command.withExamples([
    { command: "doubletrack evaluate triage.yaml --dataset test.jsonl", description: "Every step that fits the rows" },
    {
      command: "doubletrack evaluate triage.yaml --step classify --modes traditional --report report.html",
      description: "One step, one mode, as a page",
    },
  ]),
)

/** The modes in a text such as `traditional,dspy_optimized`; none where it names something else. */
const parseModes = (text: string): Option.Option<ReadonlyArray<EvaluatedMode>> => {
  const names = text.split(",").map((name) => name.trim())
  const modes = evaluatedModes.filter((mode) => names.includes(mode))
  return names.every((name) => modes.some((mode) => mode === name)) ? Option.some(modes) : Option.none()
}
