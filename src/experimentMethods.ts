import * as Effect from "effect/Effect"
import type { DoubletrackService } from "./DoubletrackService.ts"
import type { Experiment } from "./Experiment.ts"
import { giveFeedback } from "./giveFeedback.ts"
import { type InputError, refuse } from "./InputError.ts"
import { nearestName } from "./nearestName.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import { promoteProgram } from "./promoteProgram.ts"
import { rollBackProgram } from "./rollBackProgram.ts"
import { refused } from "./refused.ts"
import { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import { ExperimentStore, type StepPlace } from "./services/experiments/ExperimentStore.ts"
import { experimentReports } from "./streams/experiment/experimentReport.ts"

type ExperimentMethods = Pick<
  DoubletrackService,
  "experiments" | "controlExperiment" | "feedback" | "promote" | "rollback"
>

/** What is known of the tracks, and what a person decides about them. */
export const experimentMethods = (
  { tell, monitor, fleet }: RuntimeParts,
  open: () => RuntimeParts["managed"],
): ExperimentMethods => ({
  experiments: async () => open().runPromise(refused(reports)),
  controlExperiment: async ({ control, ...place }) => open().runPromise(refused(decideControl(place, control))),
  feedback: async (options) => {
    const counting = { inFleet: fleet.counts }
    const { report, facts, learned } = await open().runPromise(giveFeedback(options, counting))
    facts.forEach(tell)
    if (learned !== null) monitor.learned(learned.experiment, learned.control)
    return report
  },
  promote: async (programId) => {
    const { program } = await open().runPromise(refused(promoteProgram(programId)))
    return { programId: program.id }
  },
  rollback: async (place) => {
    const { now } = await open().runPromise(refused(rollBackProgram(place)))
    return { programId: now?.program.id ?? null }
  },
})

/** Every experiment of this state directory, the one that was last told something first. */
const reports = Effect.gen(function* () {
  const store = yield* ExperimentStore
  const controls = yield* ExperimentControls
  const experiments = (yield* store.list).toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
  const holding = yield* Effect.forEach(experiments, ({ key, subject }) =>
    Effect.map(controls.at(subject), (control) => [key, control] as const),
  )
  return experimentReports(experiments, new Map(holding))
})

/** A step by its name alone has to be the only one of that name. */
const decideControl = Effect.fnUntraced(function* (
  { workflow, step }: { readonly workflow?: string; readonly step: string },
  control: Parameters<DoubletrackService["controlExperiment"]>[0]["control"],
) {
  const { list } = yield* ExperimentStore
  const place =
    workflow === undefined ? yield* Effect.flatMap(list, (known) => placeOf(known, step)) : { workflow, step }
  yield* ExperimentControls.use((controls) => controls.decide(place, control))
  return { ...place, control }
})

const placeOf = (experiments: ReadonlyArray<Experiment>, step: string): Effect.Effect<StepPlace, InputError> => {
  const workflows = new Set(experiments.flatMap(({ subject }) => (subject.step === step ? [subject.workflow] : [])))
  const [workflow, ...others] = workflows
  if (workflow !== undefined && others.length === 0) return Effect.succeed({ workflow, step })
  if (workflow !== undefined) {
    return refuse(`several workflows have a step "${step}": ${[...workflows].join(", ")}; say which with WORKFLOW/STEP`)
  }
  const names = [...new Set(experiments.map(({ subject }) => subject.step))]
  const meant = nearestName(step, names)
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`
  return refuse(
    names.length === 0
      ? `there is no experiment on step "${step}": none of this state directory has begun`
      : `there is no experiment on step "${step}".${hint} There are some on ${names.join(", ")}.`,
  )
}
