import type { PipelineInput } from "../PipelineInput.ts"
import type { ProgramFacts } from "./ProgramFacts.ts"
import type { TrackScript } from "./TrackScript.ts"

/** What becomes of one step, wherever it is routed. */
export interface StepScript {
  readonly program: ProgramFacts
  readonly draw: number
  /** How long it takes to gather the facts. */
  readonly gatheringMs: number
  readonly traditional: TrackScript
  readonly optimized: TrackScript
  /** What the fallback strategy's own try comes to. */
  readonly rescue: TrackScript
}

/** What becomes of a run. */
export interface RunScript {
  readonly input: PipelineInput
  readonly node: string
  /** By the position of the step. */
  readonly steps: ReadonlyArray<StepScript>
  /** The piece of work, counted from 0, that never ends, so that the run is cancelled; null: none. */
  readonly cancelledAt: number | null
}
