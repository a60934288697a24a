import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { type InputError, refuse } from "../InputError.ts"
import { formatProblem } from "../Problem.ts"
import type { Refusal } from "../refused.ts"
import type { OptimizeReport } from "../services/optimization/concludeJob.ts"
import { OptimizationError } from "../services/optimization/Optimizer.ts"
import type { OptimizeOptions } from "../services/optimization/OptimizeOptions.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { atLeast, maxCallsFlag, maxCostFlag, maxTimeFlag } from "./limitFlags.ts"
import { metricFlag, stepFlag } from "./measuringFlags.ts"
import { optimizationProgress } from "./optimizationProgress.ts"
import { optimizationText } from "./optimizationText.ts"
import { openWorkflow } from "./openWorkflow.ts"
import { openTrack, refusalOf } from "./openTrack.ts"
import { optionFlag, textFlag } from "./optionFlag.ts"
import { root } from "./root.ts"

/** `doubletrack optimize FILE`. */
export const optimize = Command.make(
  "optimize",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file")),
    step: stepFlag,
    optimizer: optionFlag(
      textFlag(
        "optimizer",
        "NAME",
        "labeled_few_shot, bootstrap_few_shot, bootstrap_few_shot_random_search (default), knn_few_shot, gepa, mipro_v2",
      ),
      (optimizer) => ({ optimizer }),
    ),
    engine: optionFlag(
      Flag.Literals("engine", ["embedded", "dspy"]).pipe(
        Flag.withDescription("What compiles: this process (default), or the real DSPy in Python"),
      ),
      (engine) => ({ engine }),
    ),
    trainset: optionFlag(
      textFlag("trainset", "FILE", "Rows to learn from: .jsonl, .json or .csv (default: training_data_path)"),
      (trainset) => ({ trainset }),
    ),
    valset: optionFlag(
      textFlag("valset", "FILE", "Rows to select on (default: a part of the training data)"),
      (valset) => ({ valset }),
    ),
    metric: metricFlag,
    demos: optionFlag(
      atLeast(0, Flag.Int("demos").pipe(Flag.withMetavar("N"), Flag.withDescription("Demos in a prompt at most"))),
      (demos) => ({ demos }),
    ),
    maxCalls: optionFlag(maxCallsFlag("Model calls at most, measuring included"), (maxCalls) => ({ maxCalls })),
    maxCost: optionFlag(maxCostFlag("Cost at most, estimated before each call"), (maxCostUsd) => ({ maxCostUsd })),
    maxTime: optionFlag(maxTimeFlag("Time at most, such as 90s, 10m, 2h"), (maxTimeMs) => ({ maxTimeMs })),
    resume: Flag.Boolean("resume").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Go on where the same command was interrupted; no answered call is paid for again"),
      Flag.withDefault(false),
    ),
    cache: optionFlag(
      Flag.Boolean("cache").pipe(
        Flag.withDescription("--no-cache: search, though the same search was made before; and do not keep the result"),
      ),
      (cache) => ({ cache }),
    ),
  },
  Effect.fn(function* ({ file, resume, ...flags }) {
    const rootFlags = yield* root
    const options: OptimizeOptions = {
      ...flags.step,
      ...flags.optimizer,
      ...flags.engine,
      ...flags.trainset,
      ...flags.valset,
      ...flags.metric,
      ...flags.demos,
      ...rootFlags.seed,
      limits: { ...flags.maxCalls, ...flags.maxCost, ...flags.maxTime },
      resume,
      ...flags.cache,
    }
    const { warnings = [] } = yield* openWorkflow(file)
    const { track } = yield* openTrack(rootFlags)
    const progress = optimizationProgress({ shown: !rootFlags.quiet, resume })
    warnings.forEach((warning) => progress.notice(formatProblem(warning)))
    track.systemEvents$.subscribe(progress.take)
    const reports = yield* optimized(track, file, { ...options, onNotice: progress.notice }).pipe(
      Effect.onInterrupt(() => Effect.sync(progress.interrupted)),
      Effect.ensuring(Effect.sync(progress.end)),
    )
    for (const report of reports) {
      if (!rootFlags.json) yield* Console.log(optimizationText(report))
      else yield* Console.log(JSON.stringify(report, null, reports.length > 1 ? undefined : 2))
    }
  }, Effect.scoped),
).pipe(
  Command.withDescription(
    "Compile programs from examples, measure them on rows they have not seen, and adopt what is better",
  ),
  Command.withExamples([
    { command: "doubletrack optimize triage.yaml", description: "Every step, as the pipeline says" },
    {
      command: "doubletrack optimize triage.yaml --step classify --optimizer knn_few_shot --demos 8 --max-cost 2",
      description: "One step, with limits",
    },
  ]),
)

const optimized = (
  track: DoubletrackService,
  ...[file, options]: Parameters<DoubletrackService["optimize"]>
): Effect.Effect<ReadonlyArray<OptimizeReport>, Refusal | CommandFailed> =>
  Effect.tryPromise({ try: (signal) => track.optimize(file, { ...options, signal }), catch: (cause) => cause }).pipe(
    Effect.catch(
      (cause): Effect.Effect<never, Refusal | CommandFailed> =>
        cause instanceof OptimizationError ? failed(cause) : refusalOf(cause),
    ),
  )

/** What another command line can put right ends with 2, before anything was spent; the rest with 1. */
const failed = ({ reason, message }: OptimizationError): Effect.Effect<never, InputError | CommandFailed> =>
  ["invalid_data", "budget_too_small", "needs_capable_model"].includes(reason)
    ? refuse(message)
    : Effect.andThen(Console.error(message), Effect.fail(new CommandFailed()))
