import { runCancelled } from "./machines/pipelineFacts.ts"
import { replay } from "./machines/replay.ts"
import type { PipelineInput } from "./PipelineInput.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { Stamp } from "./RunLog.ts"

/** The end of a run that nobody is at. A step that was under way may have been charged for what nobody knows of. */
export const cancelledRun = (input: PipelineInput, events: ReadonlyArray<RunEvent>, stamp: Stamp): RunEvent => {
  const { context } = replay(input, events)
  const { usage, recordedRoute } = context
  const counted = recordedRoute === null ? context : { ...context, usage: { ...usage, costUsd: null } }
  return { ...stamp(input.runId, input.workflow.name, events.length), ...runCancelled(counted) }
}
