import { createActor, type InspectionEvent, type Observer } from "xstate"
import type { HybridContext } from "./machines/hybridContext.ts"
import type { ResumeRun, StartRun } from "./machines/pipeline.ts"
import type { PipelineInput } from "./PipelineInput.ts"
import type { providePipeline } from "./stepActors.ts"

/** How one run begins, or goes on. */
export interface PipelineStart {
  readonly input: PipelineInput
  /** Where a run stands that was interrupted. */
  readonly replayed?: HybridContext
  readonly first: StartRun | ResumeRun
}

/** What starting one pipeline actor takes. */
export interface PipelineSurroundings {
  readonly machine: ReturnType<typeof providePipeline>
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined
}

/** A pipeline actor under way. */
export interface RunningPipeline {
  /** Resolves when the machine has ended; `error` if it broke. */
  readonly ended: Promise<{ readonly error: unknown } | null>
  readonly cancel: () => void
}

/** Starts one root actor for one run. */
export const startPipeline = (
  { input, replayed, first }: PipelineStart,
  { machine, inspect }: PipelineSurroundings,
): RunningPipeline => {
  const actor = createActor(machine, {
    input: { ...input, ...(replayed === undefined ? {} : { replayed }) },
    id: input.runId,
    ...(inspect === undefined ? {} : { inspect }),
  })
  const ended = new Promise<{ readonly error: unknown } | null>((resolve) => {
    actor.subscribe({ complete: () => resolve(null), error: (error) => resolve({ error }) })
  })
  actor.start()
  actor.send(first)
  return {
    ended,
    cancel: () => {
      if (actor.getSnapshot().status === "active") actor.send({ type: "CANCEL" })
    },
  }
}
