import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { InputError } from "../InputError.ts"
import type { JsonObject } from "../Json.ts"
import { missingInputsText } from "../missingInputsText.ts"
import { formatProblem } from "../Problem.ts"
import type { RunOptions } from "../Run.ts"
import type { LoadedWorkflow } from "../Workflow.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { printDryRun } from "./dryRunText.ts"
import { openEventsFile } from "./eventsFile.ts"
import { type Inputs, readInputs } from "./inputs.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { openWorkflow } from "./openWorkflow.ts"
import { root } from "./root.ts"
import { type RunPosition, runOne } from "./runOne.ts"
import { parseStepModes, runModes } from "./stepModes.ts"

/** `doubletrack run FILE`. */
export const run = Command.make(
  "run",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file")),
    input: Flag.String("input").pipe(
      Flag.withMetavar("NAME=VALUE"),
      Flag.withDescription("One input; may be given several times, and wins over --inputs"),
      Flag.atLeast(0),
    ),
    inputs: Flag.String("inputs").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Inputs as a JSON object; one run for each object of a JSON array or a .jsonl file"),
      Flag.optional,
    ),
    mode: Flag.Literals("mode", runModes).pipe(
      Flag.withDescription("Mode of the run, over what the pipeline says"),
      Flag.optional,
    ),
    stepMode: Flag.String("step-mode").pipe(
      Flag.withMetavar("STEP=MODE"),
      Flag.withDescription("Mode of one step, over everything but the kill switch; may be given several times"),
      Flag.atLeast(0),
    ),
    noFallback: Flag.Boolean("no-fallback").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Fail where the optimized track fails, instead of falling back"),
      Flag.withDefault(false),
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Print the prompts, call no model"),
      Flag.withDefault(false),
    ),
    events: Flag.String("events").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Append every event to this file as it happens, one JSON object a line"),
      Flag.optional,
    ),
    strictCompat: Flag.Boolean("strict-compat").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Behave exactly as the original of the format, its oddities included"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn(function* (flags) {
    const rootFlags = yield* root
    const stepModes = yield* Effect.fromResult(parseStepModes(flags.stepMode))
    const inputs = yield* readInputs({ pairs: flags.input, file: Option.getOrUndefined(flags.inputs) })
    const options: RunOptions = {
      stepModes,
      strictCompat: flags.strictCompat,
      ...(Option.isSome(flags.mode) ? { mode: flags.mode.value } : {}),
      ...(flags.noFallback ? { fallbackEnabled: false } : {}),
    }
    const { track } = yield* openTrack(rootFlags)
    const loaded = yield* openWorkflow(flags.file, options)
    if (!rootFlags.quiet) yield* printWarnings(loaded)
    if (flags.dryRun) {
      const reports = yield* Effect.forEach(inputs.runs, (run) =>
        refusable(() => track.dryRun(flags.file, { ...options, inputs: run })),
      )
      return yield* printDryRun(reports, { json: rootFlags.json, many: inputs.many })
    }
    yield* checkRuns(loaded, inputs, options)
    const onEvent = Option.isSome(flags.events) ? yield* openEventsFile(flags.events.value) : () => Effect.void
    const models = yield* refusable(() => track.describeModels(flags.file, options))
    if (models !== "" && !rootFlags.quiet) yield* Console.error(models)
    const shared = sameFiles(loaded)
    if (inputs.runs.length > 1 && shared.length > 0 && !rootFlags.quiet) {
      yield* Console.error(`each of the ${inputs.runs.length} runs writes ${shared.join(", ")}; the last one's stays`)
    }
    const statuses = yield* forEachRun(inputs, (run, position) =>
      runOne(track.run(flags.file, { ...options, inputs: run }), {
        json: rootFlags.json,
        quiet: rootFlags.quiet,
        position,
        onEvent,
      }).pipe(Effect.map(({ status }) => status)),
    )
    if (statuses.some((status) => status !== "completed")) return yield* new CommandFailed()
  }, Effect.scoped),
).pipe(
  Command.withDescription("Run a pipeline"),
  Command.withExamples([
    { command: "doubletrack run triage.yaml --input message='Where is my parcel?'", description: "One run" },
    { command: "doubletrack run triage.yaml --inputs messages.jsonl --json", description: "A run for each line" },
  ]),
)

/** The output files that every run of a workflow writes. */
const sameFiles = ({ workflow }: LoadedWorkflow): ReadonlyArray<string> =>
  workflow.steps.flatMap(({ output_to_file: file }) => (file === undefined || file.includes("{{") ? [] : [file]))

/** Of several runs none begins while one lacks an input. */
const checkRuns = (loaded: LoadedWorkflow, { runs, many }: Inputs, options: RunOptions) => {
  const missing = runs.flatMap((inputs, index) =>
    missingInputsText(loaded, { ...options, inputs }).map((line) =>
      many ? `run ${index + 1} of ${runs.length}: ${line}` : line,
    ),
  )
  return missing.length === 0 ? Effect.void : Effect.fail(new InputError({ message: missing.join("\n"), problems: [] }))
}

const printWarnings = ({ warnings = [] }: LoadedWorkflow) =>
  Effect.forEach(warnings, (warning) => Console.error(formatProblem(warning)), { discard: true })

/** One run after the other; runs of a list know their position in it. */
const forEachRun = <A, E, R>(
  { runs, many }: Inputs,
  body: (run: JsonObject, position: RunPosition | null) => Effect.Effect<A, E, R>,
) => Effect.forEach(runs, (run, index) => body(run, many ? { number: index + 1, of: runs.length } : null))
