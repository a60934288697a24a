import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { InputError } from "../InputError.ts"
import type { EvaluateOptions } from "../services/evaluation/evaluateWorkflow.ts"
import { type EvaluationReport, evaluatedModes } from "../services/evaluation/EvaluationReport.ts"
import { MetricError } from "../services/metrics/Metric.ts"
import { StepFailure } from "../StepFailure.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { evaluationProgress } from "./evaluationProgress.ts"
import { evaluationText } from "./evaluationText.ts"
import { openTrack } from "./openTrack.ts"
import { root } from "./root.ts"

/** `doubletrack evaluate FILE`. */
export const evaluate = Command.make(
  "evaluate",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file")),
    dataset: Flag.String("dataset").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Rows with inputs and labels: .jsonl, .json or .csv (default: evaluation_data_path)"),
      Flag.optional,
    ),
    step: Flag.String("step").pipe(
      Flag.withMetavar("STEP"),
      Flag.withDescription("One step; default: every step with a signature that the data set fits"),
      Flag.optional,
    ),
    modes: Flag.String("modes").pipe(
      Flag.withMetavar("M,…"),
      Flag.withDescription("traditional, dspy_optimized or both (default: both where a program is adopted)"),
      Flag.optional,
    ),
    metric: Flag.String("metric").pipe(
      Flag.withMetavar("METRIC"),
      Flag.withDescription(
        "exact_match, contains, f1, numeric, json_fields, json_schema, regex, llm_judge, or a module of your own",
      ),
      Flag.optional,
    ),
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Rows at most, drawn by the seed"),
      Flag.optional,
    ),
    report: Flag.String("report").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Write a page with scores, costs and the worst cases"),
      Flag.optional,
    ),
  },
  Effect.fn(function* (flags) {
    const rootFlags = yield* root
    const modes = yield* parseModes(Option.getOrUndefined(flags.modes))
    const report = Option.getOrUndefined(flags.report)
    if (report !== undefined) yield* requireFolder(report)
    const progress = yield* evaluationProgress({ shown: !rootFlags.quiet })
    const { track } = yield* openTrack(rootFlags)
    const reports = yield* measured(track, flags.file, {
      ...(Option.isSome(flags.dataset) ? { dataset: flags.dataset.value } : {}),
      ...(Option.isSome(flags.step) ? { step: flags.step.value } : {}),
      ...(Option.isSome(flags.metric) ? { metric: flags.metric.value } : {}),
      ...(Option.isSome(flags.limit) ? { limit: flags.limit.value } : {}),
      ...(modes === undefined ? {} : { modes }),
      onProgress: progress.onProgress,
    }).pipe(
      Effect.onInterrupt(() => progress.interrupted),
      Effect.ensuring(progress.end),
    )
    if (!rootFlags.quiet) yield* Effect.forEach(warningsOf(reports), (warning) => Console.error(warning))
    for (const each of reports) {
      yield* Console.log(
        rootFlags.json ? JSON.stringify(each, null, reports.length > 1 ? undefined : 2) : evaluationText(each),
      )
    }
    if (report === undefined) return
    const { evaluationPage } = yield* Effect.promise(() => import("../services/evaluation/page/evaluationPage.ts"))
    yield* write(report, evaluationPage(reports))
    if (!rootFlags.json && !rootFlags.quiet) yield* Console.log(`written: ${report}`)
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

/** Mistakes of the user end with 2, an answer that could not be had or scored with 1. */
const measured = (
  track: DoubletrackService,
  file: string,
  options: EvaluateOptions,
): Effect.Effect<ReadonlyArray<EvaluationReport>, InputError | CommandFailed> =>
  Effect.tryPromise({ try: (signal) => track.evaluate(file, { ...options, signal }), catch: (cause) => cause }).pipe(
    Effect.catch((cause): Effect.Effect<never, InputError | CommandFailed> => {
      if (cause instanceof InputError) return Effect.fail(cause)
      if (!(cause instanceof MetricError || cause instanceof StepFailure)) return Effect.die(cause)
      return Effect.andThen(Console.error(cause.message), Effect.fail(new CommandFailed()))
    }),
  )

const parseModes = (text: string | undefined) => {
  if (text === undefined) return Effect.succeed(undefined)
  const names = text.split(",").map((name) => name.trim())
  const modes = evaluatedModes.filter((mode) => names.includes(mode))
  const unknown = names.filter((name) => !evaluatedModes.some((mode) => mode === name))
  return unknown.length === 0
    ? Effect.succeed(modes)
    : Effect.fail(refusal(`--modes ${text}: expected ${evaluatedModes.join(", ")} or both, with a comma between`))
}

/** Missed before an hour of measuring, not after it. */
const requireFolder = Effect.fnUntraced(function* (file: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const exists = yield* Effect.orElseSucceed(fileSystem.exists(path.dirname(path.resolve(file))), () => false)
  if (!exists) return yield* refusal(`--report ${file}: its folder does not exist; make it first`)
})

const write = Effect.fnUntraced(function* (file: string, text: string) {
  const fileSystem = yield* FileSystem.FileSystem
  yield* fileSystem
    .writeFileString(file, text)
    .pipe(Effect.mapError(() => refusal(`--report ${file}: this file cannot be written`)))
})

const warningsOf = (reports: ReadonlyArray<EvaluationReport>): ReadonlyArray<string> => [
  ...new Set(reports.flatMap(({ warnings }) => warnings)),
]

const refusal = (message: string): InputError => new InputError({ message, problems: [] })
