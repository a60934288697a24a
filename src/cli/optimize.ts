import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { InputError } from "../InputError.ts"
import { formatProblem } from "../Problem.ts"
import type { OptimizationError } from "../services/optimization/Optimizer.ts"
import type { OptimizeOptions } from "../services/optimization/OptimizeOptions.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { parseDuration } from "./duration.ts"
import { optimizationProgress } from "./optimizationProgress.ts"
import { optimizationText } from "./optimizationText.ts"
import { openWorkflow } from "./openWorkflow.ts"
import { settingsOf } from "./openTrack.ts"
import { root } from "./root.ts"
import { runOptimization } from "./runOptimization.ts"

const file = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("FILE"), Flag.withDescription(description), Flag.optional)

/** `doubletrack optimize FILE`. */
export const optimize = Command.make(
  "optimize",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file")),
    step: Flag.String("step").pipe(
      Flag.withMetavar("STEP"),
      Flag.withDescription("One step; default: every step with a signature that the data fit"),
      Flag.optional,
    ),
    optimizer: Flag.String("optimizer").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription(
        "labeled_few_shot, bootstrap_few_shot, bootstrap_few_shot_random_search (default), knn_few_shot, gepa, mipro_v2",
      ),
      Flag.optional,
    ),
    engine: Flag.Literals("engine", ["embedded", "dspy"]).pipe(
      Flag.withDescription("What compiles: this process (default), or the real DSPy in Python"),
      Flag.optional,
    ),
    trainset: file("trainset", "Rows to learn from: .jsonl, .json or .csv (default: training_data_path)"),
    valset: file("valset", "Rows to select on (default: a part of the training data)"),
    metric: Flag.String("metric").pipe(
      Flag.withMetavar("METRIC"),
      Flag.withDescription(
        "exact_match, contains, f1, numeric, json_fields, json_schema, regex, llm_judge, or a module of your own",
      ),
      Flag.optional,
    ),
    demos: Flag.Int("demos").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Demos in a prompt at most"),
      Flag.optional,
    ),
    maxCalls: Flag.Int("max-calls").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("Model calls at most, measuring included"),
      Flag.optional,
    ),
    maxCost: Flag.Finite("max-cost").pipe(
      Flag.withMetavar("USD"),
      Flag.withDescription("Cost at most, estimated before each call"),
      Flag.optional,
    ),
    maxTime: Flag.String("max-time").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("Time at most, such as 90s, 10m, 2h"),
      Flag.optional,
    ),
    resume: Flag.Boolean("resume").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Go on where the same command was interrupted; no answered call is paid for again"),
      Flag.withDefault(false),
    ),
    cache: Flag.Boolean("cache").pipe(
      Flag.withDescription("--no-cache: search, though the same search was made before; and do not keep the result"),
      Flag.optional,
    ),
  },
  Effect.fn(function* ({ file: workflow, maxCalls, maxCost, maxTime, resume, cache, ...flags }) {
    const rootFlags = yield* root
    const said = (name: "step" | "optimizer" | "trainset" | "valset" | "metric") =>
      Option.match(flags[name], { onNone: () => ({}), onSome: (value) => ({ [name]: value }) })
    const options: OptimizeOptions = {
      ...said("step"),
      ...said("optimizer"),
      ...said("trainset"),
      ...said("valset"),
      ...said("metric"),
      ...(Option.isSome(flags.engine) ? { engine: flags.engine.value } : {}),
      ...(Option.isSome(flags.demos) ? { demos: yield* atLeast(0, "--demos", flags.demos.value) } : {}),
      ...(Option.isSome(rootFlags.seed) ? { seed: rootFlags.seed.value } : {}),
      limits: {
        ...(Option.isSome(maxCalls) ? { maxCalls: yield* atLeast(1, "--max-calls", maxCalls.value) } : {}),
        ...(Option.isSome(maxCost) ? { maxCostUsd: yield* atLeast(0, "--max-cost", maxCost.value) } : {}),
        ...(Option.isSome(maxTime) ? { maxTimeMs: yield* durationOf("--max-time", maxTime.value) } : {}),
      },
      resume,
      ...(Option.isSome(cache) ? { cache: cache.value } : {}),
    }
    const { settings } = yield* settingsOf(rootFlags)
    const loaded = yield* openWorkflow(workflow)
    const progress = yield* optimizationProgress({ shown: !rootFlags.quiet, resume })
    yield* Effect.forEach(loaded.warnings ?? [], (warning) => progress.notice(formatProblem(warning)))
    const reports = yield* runOptimization(loaded, options, { settings, ...progress }).pipe(
      Effect.onInterrupt(() => progress.interrupted),
      Effect.ensuring(progress.end),
      Effect.catchTag("OptimizationError", failed),
    )
    for (const report of reports) {
      if (!rootFlags.json) yield* Console.log(optimizationText(report))
      else yield* Console.log(JSON.stringify(report, null, reports.length > 1 ? undefined : 2))
    }
  }),
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

/** What another command line can put right ends with 2, before anything was spent; the rest with 1. */
const failed = ({ reason, message }: OptimizationError): Effect.Effect<never, InputError | CommandFailed> =>
  ["invalid_data", "budget_too_small", "needs_capable_model"].includes(reason)
    ? Effect.fail(refusal(message))
    : Effect.andThen(Console.error(message), Effect.fail(new CommandFailed()))

const atLeast = (least: number, flag: string, value: number) =>
  value >= least && Number.isFinite(value)
    ? Effect.succeed(value)
    : Effect.fail(refusal(`${flag} ${value}: expected ${least} or more`))

const durationOf = (flag: string, text: string) => {
  const durationMs = parseDuration(text)
  return durationMs === null || durationMs <= 0
    ? Effect.fail(refusal(`${flag} ${text}: expected a time such as 90s, 10m or 2h`))
    : Effect.succeed(durationMs)
}

const refusal = (message: string): InputError => new InputError({ message, problems: [] })
