import { createActor, type InspectionEvent, type Observer } from "xstate"
import type { PipelineInput } from "./machines/hybridContext.ts"
import type { providePipeline } from "./stepActors.ts"

/** What starting one pipeline actor takes. */
export interface PipelineStart {
  readonly machine: ReturnType<typeof providePipeline>
  readonly input: PipelineInput
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined
}

/** A pipeline actor under way. */
export interface RunningPipeline {
  /** Resolves when the machine has ended; `error` if it broke. */
  readonly ended: Promise<{ readonly error: unknown } | null>
  readonly cancel: () => void
}

/** Starts one root actor for one run. */
export const startPipeline = ({ machine, input, inspect }: PipelineStart): RunningPipeline => {
  const actor = createActor(machine, { input, id: input.runId, ...(inspect === undefined ? {} : { inspect }) })
  const ended = new Promise<{ readonly error: unknown } | null>((resolve) => {
    actor.subscribe({ complete: () => resolve(null), error: (error) => resolve({ error }) })
  })
  actor.start()
  actor.send({ type: "START" })
  return {
    ended,
    cancel: () => {
      if (actor.getSnapshot().status === "active") actor.send({ type: "CANCEL" })
    },
  }
}
