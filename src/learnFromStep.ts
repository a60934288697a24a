import * as Effect from "effect/Effect"
import { draw } from "./draw.ts"
import { canaryFailure } from "./streams/experiment/canaryFailure.ts"
import type { Experiment } from "./Experiment.ts"
import type { ExperimentSubject } from "./ExperimentSubject.ts"
import type { ExperimentControl } from "./Route.ts"
import type { RunEvent } from "./RunEvent.ts"
import { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import { type ExperimentChange, ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import type { StepContent } from "./services/feedback/StepOutcome.ts"
import { StepOutcomes } from "./services/feedback/StepOutcomes.ts"
import { ProgramStore } from "./services/programs/ProgramStore.ts"
import { addObservation } from "./streams/experiment/addObservation.ts"
import { chargesOf } from "./streams/experiment/charges.ts"
import { experimentChanges } from "./streams/experiment/experimentChanges.ts"
import { newExperiment } from "./streams/experiment/newExperiment.ts"
import type { SystemFact } from "./SystemEvent.ts"

/** The end of a step that was routed. */
export type StepEnd = Extract<RunEvent, { readonly _tag: "StepCompleted" | "StepFailed" }>

/** What a step taught. */
export interface Learned {
  readonly facts: ReadonlyArray<SystemFact>
  readonly experiment: Experiment | null
  readonly control: ExperimentControl
}

export const nothingLearned: Learned = { facts: [], experiment: null, control: "running" }

type LearningServices = ExperimentStore | ExperimentControls | StepOutcomes | ProgramStore

/**
 * Takes the end of a step into its experiment, a single time if it has a name, and keeps it for who judges it later. Gives what there
 * is to tell. A program that fails too often as a canary is taken out of use.
 */
export const learnFromStep = Effect.fnUntraced(function* (
  event: StepEnd,
  name: string | undefined,
  content: StepContent | undefined,
): Effect.fn.Return<Learned, never, LearningServices> {
  const { observation, runId, workflow, step, path, at } = event
  if (observation === undefined) return nothingLearned
  const { subject } = observation
  const rounding = draw(0, event.id)
  let change: ExperimentChange | null = null
  if (subject !== null) {
    const unit = chargesOf(observation) === null ? null : observation.unit
    change = yield* ExperimentStore.use((experiments) =>
      experiments.update(
        newExperiment(subject, at),
        (before, freshUnit) => addObservation(before, observation, { at, rounding, freshUnit }),
        { unit, ...(name === undefined ? {} : { once: name }) },
      ),
    )
  }
  if (event._tag === "StepCompleted") {
    const { freshUnit, epoch } = change ?? { freshUnit: true, epoch: null }
    const kept = { runId, workflow, step, path, at, observation, rounding, freshUnit, epoch }
    const outcome = { ...kept, ...(content === undefined ? {} : { content }) }
    yield* StepOutcomes.use((outcomes) => outcomes.keep(outcome))
  }
  if (change === null || subject === null) return nothingLearned
  const { before, after } = change
  const control = yield* ExperimentControls.use((controls) => controls.at(subject))
  const rollback = yield* withdrawFailing(after, subject)
  return { experiment: after, control, facts: [...experimentChanges(before, after), ...rollback] }
})

/**
 * Keeps the end of a step for who judges it later, where a fleet counts it: how it was counted is added when it comes back.
 */
export const keepForFeedback = Effect.fnUntraced(function* (
  event: StepEnd,
  content: StepContent | undefined,
): Effect.fn.Return<Learned, never, StepOutcomes> {
  if (event._tag !== "StepCompleted") return nothingLearned
  const { observation, runId, workflow, step, path, at } = event
  const counted = { rounding: draw(0, event.id), freshUnit: true, epoch: null }
  const kept = { runId, workflow, step, path, at, observation, ...counted }
  yield* StepOutcomes.use((outcomes) => outcomes.keep({ ...kept, ...(content === undefined ? {} : { content }) }))
  return nothingLearned
})

/** Takes a program out of use that fails as a canary, unless people want it to serve. */
export const withdrawFailing = Effect.fnUntraced(function* (
  experiment: Experiment,
  { programId, workflow, step }: ExperimentSubject,
): Effect.fn.Return<ReadonlyArray<SystemFact>, never, ProgramStore | ExperimentControls> {
  const because = canaryFailure(experiment)
  if (because === null) return []
  const control = yield* ExperimentControls.use((controls) => controls.at({ workflow, step }))
  if (control === "pinned_optimized") return []
  const programs = yield* ProgramStore
  return yield* programs.withdraw(programId, `rolled back: ${because}`).pipe(
    Effect.map(
      ({ withdrawn, replacedBy }): ReadonlyArray<SystemFact> =>
        withdrawn
          ? [
              {
                _tag: "ProgramRolledBack",
                workflow,
                step,
                programId,
                reason: because,
                replacedBy: replacedBy?.id ?? null,
              },
            ]
          : [],
    ),
    Effect.catch(({ message }) =>
      Effect.as(Effect.logWarning(`program ${programId} is not rolled back: ${message}`), []),
    ),
  )
})
