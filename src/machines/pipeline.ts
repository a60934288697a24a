import { assign, sendTo, setup } from "xstate"
import type { JsonObject } from "../Json.ts"
import type { PipelineInput } from "../PipelineInput.ts"
import type { RunFact } from "../RunEvent.ts"
import type { StepFailure } from "../StepFailure.ts"
import { type HybridContext, keepBrokenStep, keepStep, makeHybridContext, stepInput } from "./hybridContext.ts"
import { runCancelled, runCompleted, runFailed, runResumed, runStarted, skippedByHand } from "./pipelineFacts.ts"
import { skipped } from "./replay.ts"
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

/** Goes on with a run that was interrupted, in place of START. */
export interface ResumeRun {
  readonly type: "RESUME"
  readonly attempt: number
  /** Whether the process that was at it died. */
  readonly died: boolean
  readonly changed: ReadonlyArray<string>
  /** Whether the step that comes next is passed by. */
  readonly skip: boolean
}

/** What a run is started with, or goes on from. */
export interface PipelineStart extends PipelineInput {
  readonly replayed?: HybridContext
}

const types: {
  context?: HybridContext
  input?: PipelineStart
  output?: PipelineOutput
  events?: StartRun | ResumeRun | CancelStep
} = {}

/** One run: its steps in order, each an actor of the step machine, until one fails or is cancelled. */
export const pipelineMachine = setup({
  types,
  actors: { step: stepMachine },
  actions: {
    record: (_, _facts: ReadonlyArray<RunFact>) => {},
    keepStep: assign(({ context }, result: StepResult) => keepStep(context, result)),
    keepBrokenStep: assign(({ context }, { error }: { readonly error: unknown }) => keepBrokenStep(context, error)),
    skipStep: assign(({ context }) => keepStep(context, skipped(skippedByHand))),
    cancelStep: sendTo("step", { type: "CANCEL" }),
  },
  guards: {
    endedAs: (_, { result, tag }: { readonly result: StepResult; readonly tag: StepResult["ending"]["_tag"] }) =>
      result.ending._tag === tag,
    skips: (_, { skip }: Pick<ResumeRun, "skip">) => skip,
    hasFailed: ({ context }) => context.failed !== null,
    hasMoreSteps: ({ context }) => context.position < context.workflow.steps.length,
  },
}).createMachine({
  id: "pipeline",
  context: ({ input: { replayed, ...input } }) => replayed ?? makeHybridContext(input),
  initial: "ready",
  states: {
    ready: {
      on: {
        START: { target: "running", actions: { type: "record", params: ({ context }) => runStarted(context) } },
        RESUME: [
          {
            guard: { type: "skips", params: ({ event }) => event },
            target: "advancing",
            actions: [{ type: "record", params: ({ context, event }) => runResumed(context, event) }, "skipStep"],
          },
          {
            target: "advancing",
            actions: { type: "record", params: ({ context, event }) => runResumed(context, event) },
          },
        ],
      },
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
    advancing: {
      always: [
        { guard: "hasFailed", target: "failed" },
        { guard: "hasMoreSteps", target: "running" },
        { target: "completed" },
      ],
    },
    completed: { type: "final", entry: { type: "record", params: ({ context }) => runCompleted(context) } },
    failed: { type: "final", entry: { type: "record", params: ({ context }) => runFailed(context) } },
    cancelled: { type: "final", entry: { type: "record", params: ({ context }) => [runCancelled(context)] } },
  },
  output: ({ context }) => ({ results: context.scope.results, failed: context.failed }),
})
