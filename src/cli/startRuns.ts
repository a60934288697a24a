import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { refuse } from "../InputError.ts"
import type { JsonObject } from "../Json.ts"
import { missingInputsText } from "../missingInputsText.ts"
import { formatProblem } from "../Problem.ts"
import type { RunOptions } from "../Run.ts"
import type { RunReport } from "../RunReport.ts"
import type { Settings } from "../Settings.ts"
import type { LoadedWorkflow } from "../Workflow.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { decideEvaluation } from "./decideEvaluation.ts"
import { printDryRun } from "./dryRunText.ts"
import { openEventsFile } from "./eventsFile.ts"
import { requireFleet } from "./fleet.ts"
import { type Inputs, readInputs } from "./inputs.ts"
import { measure } from "./measure.ts"
import { feedbackLines, queuedLines } from "./nextSteps.ts"
import { openTrack, refusable, settingsOf } from "./openTrack.ts"
import { openWorkflow } from "./openWorkflow.ts"
import { queuedCompilations } from "./queuedCompilations.ts"
import { root } from "./root.ts"
import { type RunFlags, runOptionsOf } from "./runFlags.ts"
import { type RunPosition, runOne } from "./runOne.ts"
import { parseStepModes } from "./stepModes.ts"
import { submitRuns } from "./submitRuns.ts"

/** Runs a pipeline once, or once for each of its inputs; in mode evaluation it is measured. */
export const startRuns = Effect.fnUntraced(function* (file: string, flags: RunFlags) {
  const rootFlags = yield* root
  const stepModes = yield* Effect.fromResult(parseStepModes(flags.stepMode))
  const inputs = yield* readInputs({ pairs: flags.input, file: Option.getOrUndefined(flags.inputs) })
  // The model that is asked for goes with the run; other settings are those of the worker.
  const model = flags.remote ? rootFlags.model : {}
  const options: RunOptions = { ...runOptionsOf(flags), ...model, stepModes }
  if (flags.remote) yield* checkRemote(flags, (yield* settingsOf(rootFlags)).settings)
  const startedAtMs = yield* Clock.currentTimeMillis
  const { track, settings } = yield* openTrack(rootFlags)
  const loaded = yield* openWorkflow(file, options)
  if (!rootFlags.quiet) yield* printWarnings(loaded)
  if (yield* decideEvaluation(loaded.workflow, flags)) {
    yield* measure(track, file, flags.dataset, rootFlags)
    return
  }
  if (flags.dryRun) {
    const reports = yield* Effect.forEach(inputs.runs, (run) =>
      refusable(() => track.dryRun(file, { ...options, inputs: run })),
    )
    return yield* printDryRun(reports, { json: rootFlags.json, many: inputs.many })
  }
  yield* checkRuns(loaded, inputs, options)
  const onEvent = Option.isSome(flags.events) ? yield* openEventsFile(flags.events.value) : () => Effect.void
  const models = flags.remote ? "" : yield* refusable(() => track.describeModels(file, options))
  if (models !== "" && !rootFlags.quiet) yield* Console.error(models)
  const shared = sameFiles(loaded)
  if (inputs.runs.length > 1 && shared.length > 0 && !rootFlags.quiet) {
    yield* Console.error(`each of the ${inputs.runs.length} runs writes ${shared.join(", ")}; the last one's stays`)
  }
  const output = { json: rootFlags.json, quiet: rootFlags.quiet, onEvent }
  const submit = (run: JsonObject) => track.submit(file, { ...options, inputs: run })
  const told = (report: RunReport | null) => ({
    isCompleted: report?.status === "completed",
    feedback: report === null ? [] : feedbackLines(loaded.workflow, report),
  })
  const ended = flags.remote
    ? (yield* submitRuns(inputs, { track, submit, output })).map(told)
    : yield* forEachRun(inputs, (run, position) =>
        runOne(track.run(file, { ...options, inputs: run }), { ...output, position, isRemote: false }).pipe(
          Effect.map(told),
        ),
      )
  if (!rootFlags.json && !rootFlags.quiet) {
    const queued = flags.remote ? [] : yield* queuedCompilations(settings, loaded.workflow, startedAtMs)
    const feedback = ended.flatMap((run) => run.feedback)
    yield* Effect.forEach([...feedback, ...queuedLines(queued, file)], (line) => Console.error(line))
  }
  if (ended.some(({ isCompleted }) => !isCompleted)) return yield* new CommandFailed()
})

/** A worker runs pipelines; what calls no model, or measures, is done here. */
const checkRemote = ({ dryRun }: RunFlags, settings: Settings) =>
  dryRun ? refuse("--remote: --dry-run prints the prompts here, and runs nothing") : requireFleet(settings, "--remote")

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
  return missing.length === 0 ? Effect.void : refuse(missing.join("\n"))
}

const printWarnings = ({ warnings = [] }: LoadedWorkflow) =>
  Effect.forEach(warnings, (warning) => Console.error(formatProblem(warning)), { discard: true })

/** One run after the other; runs of a list know their position in it. */
const forEachRun = <A, E, R>(
  { runs, many }: Inputs,
  body: (run: JsonObject, position: RunPosition | null) => Effect.Effect<A, E, R>,
) => Effect.forEach(runs, (run, index) => body(run, many ? { number: index + 1, of: runs.length } : null))
