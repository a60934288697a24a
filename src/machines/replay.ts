import type { Answered } from "../Outcome.ts"
import type { PipelineInput } from "../PipelineInput.ts"
import type { Route } from "../Route.ts"
import type { RunEvent } from "../RunEvent.ts"
import { sideEffects } from "../sideEffects.ts"
import type { Step } from "../Step.ts"
import { StepFailure } from "../StepFailure.ts"
import type { StepTask } from "../StepTask.ts"
import { noUsage } from "../Usage.ts"
import { currentStep, type HybridContext, keepStep, makeHybridContext, stepInput } from "./hybridContext.ts"
import type { StepResult } from "./StepResult.ts"

/** Where a run stands by its events. */
export interface Replay {
  /** What the machine of the run goes on from. */
  readonly context: HybridContext
  /** The ends of steps, each with the task that it was the end of. */
  readonly ends: ReadonlyArray<{ readonly event: EndEvent; readonly task: StepTask }>
  /** How often the run was begun or resumed. */
  readonly attempts: number
  /** How often in a row its process died, without the end of a step in between. */
  readonly fruitless: number
}

/** The step that was under way and may have changed things outside of the run; whether it did is not known. */
export const stepInDoubt = (context: HybridContext): Step | null => {
  const step = currentStep(context)
  return context.recordedRoute !== null && sideEffects(step) ? step : null
}

type EndEvent = Extract<RunEvent, { readonly _tag: "StepCompleted" | "StepSkipped" | "StepFailed" }>

/** Takes the steps that ended into the run as they were when they did. */
export const replay = (input: PipelineInput, events: ReadonlyArray<RunEvent>): Replay =>
  events.reduce<Replay>(addEvent, { context: makeHybridContext(input), ends: [], attempts: 1, fruitless: 0 })

const addEvent = (before: Replay, event: RunEvent): Replay => {
  const { context } = before
  switch (event._tag) {
    case "RunResumed":
      return { ...before, attempts: event.attempt, fruitless: before.fruitless + (event.died === true ? 1 : 0) }
    case "StepRouted":
      return isCurrent(context, event) ? withContext(before, { recordedRoute: event.route }) : before
    case "StepCompleted":
    case "StepSkipped":
    case "StepFailed": {
      if (!isCurrent(context, event)) return before
      const ends = [...before.ends, { event, task: stepInput(context).task }]
      return { ...withContext(before, keepStep(context, resultOf(event, context.recordedRoute))), ends, fruitless: 0 }
    }
    default:
      return before
  }
}

const isCurrent = (context: HybridContext, { path }: { readonly path: string }): boolean =>
  context.position < context.workflow.steps.length && path === currentStep(context).name

const withContext = (before: Replay, change: Partial<HybridContext>): Replay => ({
  ...before,
  context: { ...before.context, ...change },
})

/** The result of a step, as its event tells it. */
const resultOf = (event: EndEvent, route: Route | null): StepResult => {
  switch (event._tag) {
    case "StepCompleted": {
      const { usage, latencyMs, executed, fellBack } = event
      return { ending: { _tag: "Completed", answered: answerOf(event) }, route, executed, fellBack, usage, latencyMs }
    }
    case "StepFailed": {
      const { reason, message, usage, latencyMs } = event
      const failure = new StepFailure({ reason, message })
      return { ending: { _tag: "Failed", failure }, route, executed: null, fellBack: false, usage, latencyMs }
    }
    case "StepSkipped":
      return skipped(event.because)
  }
}

const answerOf = (event: Extract<RunEvent, { readonly _tag: "StepCompleted" }>): Answered => {
  const { executed: track, usage, latencyMs, result = {}, variables, outputFile, quality } = event
  return {
    _tag: "Answered",
    track,
    usage,
    latencyMs,
    result,
    ...(variables === undefined ? {} : { variables }),
    ...(outputFile === undefined ? {} : { outputFile }),
    ...(quality === undefined ? {} : { quality }),
  }
}

/** The result of a step that is passed by. */
export const skipped = (because: string): StepResult => ({
  ending: { _tag: "Skipped", because },
  route: null,
  executed: null,
  fellBack: false,
  usage: noUsage,
  latencyMs: 0,
})
