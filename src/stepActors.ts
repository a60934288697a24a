import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { Path } from "effect/Path"
import type { ActorHost } from "./ActorHost.ts"
import { draw } from "./draw.ts"
import { resolveMode } from "./machines/executionMode.ts"
import { pipelineMachine } from "./machines/pipeline.ts"
import { stepMachine } from "./machines/step.ts"
import type { StepInput } from "./machines/stepContext.ts"
import type { Answered, Outcome } from "./Outcome.ts"
import type { RouteFacts } from "./Route.ts"
import type { RunFact } from "./RunEvent.ts"
import { runTrack } from "./runTrack.ts"
import {
  OptimizedExecutor,
  type OptimizedReadiness,
  type StepAnswer,
  TraditionalExecutor,
} from "./services/executors/TrackExecutor.ts"
import { deliver } from "./services/executors/writeOutput.ts"
import type { StepFailure } from "./StepFailure.ts"
import type { StepTask } from "./StepTask.ts"
import { sideEffects } from "./sideEffects.ts"

/** The services that the actors of a run work with. */
export type StepServices = TraditionalExecutor | OptimizedExecutor | FileSystem | Path

/** What the machines are given from outside. */
export interface MachineHost {
  readonly actors: ActorHost<StepServices>
  readonly record: (runId: string, facts: ReadonlyArray<RunFact>) => void
  readonly killSwitch: () => boolean
}

/** The pipeline machine with its work provided: made once for a runtime, not for a run. */
export const providePipeline = ({ actors, record, killSwitch }: MachineHost) => {
  const ofTask = (task: StepTask) => task.runId
  const step = stepMachine.provide({
    actors: {
      gatherFacts: actors.actor(
        ({ task }: StepInput) => task.runId,
        (input) => gatherFacts(input, killSwitch),
      ),
      runTraditional: actors.actor(ofTask, (task) => runTrack("traditional", task, delivered(task, traditional(task)))),
      runOptimized: actors.actor(ofTask, (task) => runTrack("optimized", task, delivered(task, optimized(task)))),
      compareTracks: actors.actor(ofTask, compareTracks),
      deliver: actors.actor(
        ({ task }) => task.runId,
        ({ task, answered }) => deliverChosen(task, answered),
      ),
    },
    actions: { record: ({ context }, facts) => record(context.task.runId, facts) },
  })
  return pipelineMachine.provide({
    actors: { step },
    actions: { record: ({ context }, facts) => record(context.runId, facts) },
  })
}

const traditional = (task: StepTask) => TraditionalExecutor.use((executor) => executor.execute(task))

const optimized = (task: StepTask) => OptimizedExecutor.use((executor) => executor.execute(task))

/** An answer counts once it is where the step says: the full lifecycle of a track that runs alone. */
const delivered = <R>(task: StepTask, execute: Effect.Effect<StepAnswer, StepFailure, R>) =>
  Effect.flatMap(execute, (answer) => Effect.map(deliver(task, answer), (file) => withFile(answer, file)))

const withFile = <A extends object>(answer: A, outputFile: string | undefined) =>
  outputFile === undefined ? answer : { ...answer, outputFile }

/** The outcome that a comparison chose, once it is where the step says. */
const deliverChosen = (task: StepTask, answered: Answered | null) =>
  answered === null
    ? Effect.die(new Error("a comparison without a winner has nothing to deliver"))
    : Effect.match(deliver(task, answered), {
        onSuccess: (file): Outcome => withFile(answered, file),
        onFailure: (failure): Outcome => {
          const { track, latencyMs, usage } = answered
          return { _tag: "Unanswered", track, latencyMs, usage, failure }
        },
      })

/** Both tracks side by side; neither is delivered until one is chosen. */
const compareTracks = (task: StepTask) =>
  Effect.all(
    {
      traditional: runTrack("traditional", task, traditional(task)),
      optimized: runTrack("optimized", task, optimized(task)),
    },
    { concurrency: 2 },
  )

const gatherFacts = ({ task, modes, routing, seed }: StepInput, killSwitch: () => boolean) =>
  Effect.gen(function* () {
    const { mode, source } = resolveMode({ ...modes, killSwitch: killSwitch() })
    const hasSignature = task.step.signature !== undefined
    const { programId, available } = hasSignature && mode !== "traditional" ? yield* readiness(task) : notReady
    const facts: RouteFacts = {
      mode,
      modeSource: source,
      hasSignature,
      optimizationEnabled: task.step.dspy_config?.optimization_enabled ?? true,
      programId,
      optimizedAvailable: available,
      sideEffects: sideEffects(task.step),
      intelligentRouting: routing.intelligent,
      abTestingEnabled: routing.abTesting,
      draw: draw(seed, task.path),
    }
    return facts
  })

const notReady: OptimizedReadiness = { programId: null, available: false }

/** A defect in the optimized executor, or no word from it, counts as the track being out of order, not as the step failing. */
const readiness = (task: StepTask) =>
  OptimizedExecutor.use((executor) => executor.readiness(task)).pipe(
    Effect.map(({ programId, available }) => ({ programId, available })),
    Effect.timeoutOrElse({ duration: task.settings.stepTimeoutMs, orElse: () => Effect.succeed(notReady) }),
    Effect.catchDefect(() => Effect.succeed(notReady)),
  )
