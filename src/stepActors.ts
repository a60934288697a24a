import * as Effect from "effect/Effect"
import type { ActorHost } from "./ActorHost.ts"
import { askedStep } from "./askedStep.ts"
import type { Breakers } from "./Breakers.ts"
import type { AskedStep } from "./collectContent.ts"
import { routeFacts } from "./gatherFacts.ts"
import type { FallbackPolicy } from "./machines/fallback.ts"
import { pipelineMachine } from "./machines/pipeline.ts"
import { stepMachine } from "./machines/step.ts"
import type { StepInput } from "./machines/stepContext.ts"
import type { Answered } from "./Outcome.ts"
import { rescueOptimized } from "./rescueOptimized.ts"
import type { RunFact } from "./RunEvent.ts"
import { compareTracks, deliverChosen, runOptimized, runTraditional, type TrackServices } from "./runTracks.ts"
import type { Budgets } from "./services/budgets/Budgets.ts"
import type { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import type { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import type { StepTask } from "./StepTask.ts"
import type { Workflow } from "./Workflow.ts"

/** The services that the actors of a run work with. */
export type StepServices = TrackServices | ExperimentStore | ExperimentControls | Budgets

/** What the machines are given from outside. */
export interface MachineHost {
  readonly actors: ActorHost<StepServices>
  readonly record: (runId: string, facts: ReadonlyArray<RunFact>) => void
  readonly killSwitch: () => boolean
  readonly breakers: Breakers
  readonly workflowOf: (runId: string) => Workflow | undefined
  /** Takes what a step was asked, where its workflow collects training data. */
  readonly keepAsked: (runId: string, path: string, asked: AskedStep) => void
}

interface Rescue {
  readonly task: StepTask
  readonly policy: FallbackPolicy
}

interface Delivery {
  readonly task: StepTask
  readonly answered: Answered | null
}

/** The pipeline machine with its work provided: made once for a runtime, not for a run. */
export const providePipeline = ({ actors, record, killSwitch, breakers, workflowOf, keepAsked }: MachineHost) => {
  const ofTask = (task: StepTask) => task.runId
  const ofRescue = ({ task }: Rescue) => task.runId
  const ofDelivery = ({ task }: Delivery) => task.runId
  const step = stepMachine.provide({
    actors: {
      gatherFacts: actors.actor(
        ({ task }: StepInput) => task.runId,
        (input) =>
          Effect.tap(routeFacts(input, { killSwitch, breakers }), () =>
            Effect.map(askedStep(input.task, workflowOf(input.task.runId)), (asked) => {
              if (asked !== null) keepAsked(input.task.runId, input.task.path, asked)
            }),
          ),
      ),
      runTraditional: actors.actor(ofTask, runTraditional),
      runOptimized: actors.actor(ofTask, (task) => runOptimized(task, breakers)),
      compareTracks: actors.actor(ofTask, (task) => compareTracks(task, breakers)),
      rescueOptimized: actors.actor(ofRescue, ({ task, policy }) => rescueOptimized(task, policy, breakers)),
      deliver: actors.actor(ofDelivery, ({ task, answered }) => deliverChosen(task, answered)),
    },
    actions: { record: ({ context }, facts) => record(context.task.runId, facts) },
  })
  return pipelineMachine.provide({
    actors: { step },
    actions: { record: ({ context }, facts) => record(context.runId, facts) },
  })
}
