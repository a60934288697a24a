import type { Track } from "../ExecutionMode.ts"
import type { Answered } from "../Outcome.ts"
import type { Route } from "../Route.ts"
import type { StepFailure } from "../StepFailure.ts"
import type { Usage } from "../Usage.ts"

/** How a step ended. */
export type StepEnding =
  | { readonly _tag: "Completed"; readonly answered: Answered }
  | { readonly _tag: "Skipped"; readonly because: string }
  | { readonly _tag: "Failed"; readonly failure: StepFailure }
  | { readonly _tag: "Cancelled" }

/** What the step machine hands to whoever started it. */
export interface StepResult {
  readonly ending: StepEnding
  readonly route: Route | null
  /** The track that ran in the end; `null` if none did. */
  readonly executed: Track | null
  readonly fellBack: boolean
  /** Of all tracks that ran. */
  readonly usage: Usage
  /** Tracks that ran in parallel count once. */
  readonly latencyMs: number
}
