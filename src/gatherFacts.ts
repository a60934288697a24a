import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { Breakers } from "./Breakers.ts"
import { draw } from "./draw.ts"
import { experimentKey, type ExperimentSubject } from "./ExperimentSubject.ts"
import { resolveMode } from "./machines/executionMode.ts"
import type { StepInput } from "./machines/stepContext.ts"
import { notReady, readiness } from "./readiness.ts"
import type { BreakerState, RouteFacts } from "./Route.ts"
import type { Assessors } from "./services/assessors/Assessors.ts"
import { Budgets } from "./services/budgets/Budgets.ts"
import type { OptimizedExecutor } from "./services/executors/TrackExecutor.ts"
import { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import { experimentSubject } from "./services/experiments/experimentSubject.ts"
import { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import { sideEffects } from "./sideEffects.ts"
import { affordsComparison } from "./streams/experiment/affordsComparison.ts"
import { newExperiment } from "./streams/experiment/newExperiment.ts"
import { standingOf } from "./streams/experiment/standing.ts"

/** What is asked beside the services. */
export interface FactSources {
  readonly killSwitch: () => boolean
  readonly breakers: Breakers
}

type FactServices =
  | OptimizedExecutor
  | Assessors
  | ExperimentStore
  | ExperimentControls
  | Budgets
  | FileSystem.FileSystem
  | Path.Path

/** What the route of a step rests on. That of a step whose run was interrupted rests on what it did, unless the program is another by now or the kill switch is on. */
export const routeFacts = (input: StepInput, sources: FactSources): Effect.Effect<RouteFacts, never, FactServices> => {
  const recorded = input.recordedRoute?.facts
  if (recorded === undefined || sources.killSwitch()) return gatherFacts(input, sources)
  if (recorded.programId === null) return Effect.succeed(recorded)
  return Effect.flatMap(readiness(input.task), ({ programId }) =>
    programId === recorded.programId ? Effect.succeed(recorded) : gatherFacts(input, sources),
  )
}

/** Everything that the route of a step rests on, as it is now. */
const gatherFacts = Effect.fnUntraced(function* (
  { task, modes, routing, unit, seed }: StepInput,
  { killSwitch, breakers }: FactSources,
): Effect.fn.Return<RouteFacts, never, FactServices> {
  const { mode, source } = resolveMode({ ...modes, killSwitch: killSwitch() })
  const hasSignature = task.step.signature !== undefined
  const ready = hasSignature && mode !== "traditional" ? yield* readiness(task) : notReady
  const subject = yield* experimentSubject(task, ready)
  const breaker: BreakerState = ready.programId === null ? "closed" : breakers.state(task, ready.programId)
  const budgets = yield* Budgets
  const budgetLeft = yield* budgets.left(task.runId, task.path)
  const { epoch, ...experiment } = yield* experimentFacts(subject, budgetLeft)
  return {
    mode,
    modeSource: source,
    hasSignature,
    optimizationEnabled: task.step.dspy_config?.optimization_enabled ?? true,
    programId: ready.programId,
    optimizedAvailable: ready.available && breaker !== "open",
    breaker,
    sideEffects: sideEffects(task.step),
    policy: routing,
    subject,
    budgetLeft,
    ...experiment,
    unit,
    draw:
      unit === null
        ? draw(seed, task.path)
        : draw(0, `${subject === null ? task.path : experimentKey(subject)}/${epoch}/${unit}`),
  }
})

interface ExperimentFacts extends Pick<RouteFacts, "standing" | "control" | "comparisonAffordable"> {
  /** A question that is asked anew draws its units anew. */
  readonly epoch: number
}

/** What the experiment of a step adds, where there is one. */
const experimentFacts = Effect.fnUntraced(function* (
  subject: ExperimentSubject | null,
  budgetLeft: RouteFacts["budgetLeft"],
): Effect.fn.Return<ExperimentFacts, never, ExperimentStore | ExperimentControls> {
  if (subject === null) return { standing: null, control: "running", comparisonAffordable: true, epoch: 1 }
  const store = yield* ExperimentStore
  const known = yield* store.get(experimentKey(subject))
  const experiment = known ?? newExperiment(subject, DateTime.formatIso(yield* DateTime.now))
  return {
    standing: standingOf(experiment),
    control: yield* ExperimentControls.use((controls) => controls.at(subject)),
    comparisonAffordable: affordsComparison(experiment, budgetLeft),
    epoch: experiment.epoch,
  }
})
