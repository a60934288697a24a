import { assign, sendTo, setup } from "xstate"
import type { JsonObject } from "../Json.ts"
import type { RunFact } from "../RunEvent.ts"
import type { StepFailure } from "../StepFailure.ts"
import {
  type HybridContext,
  keepBrokenStep,
  keepStep,
  makeHybridContext,
  type PipelineInput,
  stepInput,
} from "./hybridContext.ts"
import { runCancelled, runCompleted, runFailed, runStarted } from "./pipelineFacts.ts"
import type { StepResult } from "./StepResult.ts"
import { type CancelStep, stepMachine } from "./step.ts"

/** What a run hands to whoever started it. */
export interface PipelineOutput {
  /** Results of the steps that completed or were skipped, by name. */
  readonly results: { readonly [step: string]: JsonObject }
  readonly failed: { readonly step: string | null; readonly failure: StepFailure } | null
}

/** Begins the run. An event of its own, because XState starts children before the first actions of their parent. */
export interface StartRun {
  readonly type: "START"
}

const types: {
  context?: HybridContext
  input?: PipelineInput
  output?: PipelineOutput
  events?: StartRun | CancelStep
} = {}

/** One run: its steps in order, each an actor of the step machine, until one fails or is cancelled. */
export const pipelineMachine = setup({
  types,
  actors: { step: stepMachine },
  actions: {
    record: (_, _facts: ReadonlyArray<RunFact>) => {},
    keepStep: assign(({ context }, result: StepResult) => keepStep(context, result)),
    keepBrokenStep: assign(({ context }, { error }: { readonly error: unknown }) => keepBrokenStep(context, error)),
    cancelStep: sendTo("step", { type: "CANCEL" }),
  },
  guards: {
    endedAs: (_, { result, tag }: { readonly result: StepResult; readonly tag: StepResult["ending"]["_tag"] }) =>
      result.ending._tag === tag,
    hasMoreSteps: ({ context }) => context.position < context.workflow.steps.length,
  },
}).createMachine({
  id: "pipeline",
  context: ({ input }) => makeHybridContext(input),
  initial: "ready",
  states: {
    ready: {
      on: { START: { target: "running", actions: { type: "record", params: ({ context }) => runStarted(context) } } },
    },
    running: {
      on: { CANCEL: { actions: "cancelStep" } },
      invoke: {
        id: "step",
        src: "step",
        input: ({ context }) => stepInput(context),
        onDone: [
          {
            guard: { type: "endedAs", params: ({ event }) => ({ result: event.output, tag: "Failed" as const }) },
            target: "failed",
            actions: { type: "keepStep", params: ({ event }) => event.output },
          },
          {
            guard: { type: "endedAs", params: ({ event }) => ({ result: event.output, tag: "Cancelled" as const }) },
            target: "cancelled",
            actions: { type: "keepStep", params: ({ event }) => event.output },
          },
          { target: "advancing", actions: { type: "keepStep", params: ({ event }) => event.output } },
        ],
        onError: { target: "failed", actions: { type: "keepBrokenStep", params: ({ event }) => event } },
      },
    },
    advancing: { always: [{ guard: "hasMoreSteps", target: "running" }, { target: "completed" }] },
    completed: { type: "final", entry: { type: "record", params: ({ context }) => runCompleted(context) } },
    failed: { type: "final", entry: { type: "record", params: ({ context }) => runFailed(context) } },
    cancelled: { type: "final", entry: { type: "record", params: ({ context }) => runCancelled(context) } },
  },
  output: ({ context }) => ({ results: context.scope.results, failed: context.failed }),
})
