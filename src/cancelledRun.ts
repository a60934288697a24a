import { currentStep, type HybridContext } from "./machines/hybridContext.ts"
import { runCancelled, runStarted } from "./machines/pipelineFacts.ts"
import { replay } from "./machines/replay.ts"
import type { PipelineInput } from "./PipelineInput.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { Stamp } from "./RunLog.ts"

/**
 * What ends a run that nobody is at; its beginning comes before, where there was none. A step that was under way may have
 * been charged for what nobody knows of.
 */
export const cancelledRun = (
  input: PipelineInput,
  events: ReadonlyArray<RunEvent>,
  stamp: Stamp,
): ReadonlyArray<RunEvent> => {
  const { context } = replay(input, events)
  const { usage, recordedRoute } = context
  const counted = recordedRoute === null ? context : { ...context, usage: { ...usage, costUsd: null } }
  const cancelled = { ...runCancelled(counted), step: stepUnderWay(context, events) }
  return [...(events.length === 0 ? runStarted(context) : []), cancelled].map((fact, index) => ({
    ...stamp(input.runId, input.workflow.name, events.length + index),
    ...fact,
  }))
}

/** The step that had begun and not ended; null where the run was before its first step, between two, or behind its last. */
const stepUnderWay = (context: HybridContext, events: ReadonlyArray<RunEvent>): string | null => {
  const { name } = currentStep(context)
  const last = events.findLast((event) => "path" in event && event.path === name && isEdge(event))
  return last?._tag === "StepStarted" ? name : null
}

const isEdge = ({ _tag }: RunEvent): boolean =>
  _tag === "StepStarted" || _tag === "StepCompleted" || _tag === "StepSkipped" || _tag === "StepFailed"
