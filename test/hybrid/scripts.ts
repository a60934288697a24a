import type { ModelError } from "../../src/services/models/Models.ts"

/** Who is asked: the prompt as written, the program in use, the one before it, or the judge of an answer. */
export type Asked = "prompt" | "program" | "previous" | "judge"

/** What a model does when it is asked; `cancels`: its run is cancelled while it is asked. */
export type Does = "answers" | "babbles" | "dies" | "hangs" | "cancels" | ModelError["reason"]

export interface CallScript {
  readonly does: Does
  /** A number of 2^-20 USD, whose sums are exact; null: not known. */
  readonly price: number | null
}

/** What becomes of one step of one run. */
export interface StepScript {
  readonly calls: Readonly<Record<Asked, CallScript>>
  /** What the optimized track says of itself. */
  readonly readiness: "truth" | "absent" | "unavailable" | "dies"
}

/** The scripts of a run by step. */
export type RunScript = Readonly<Record<string, StepScript>>

/** A run that is under way, as its models see it. */
export interface PlayingRun {
  readonly script: RunScript
  readonly cancel: () => void
  /** How many calls went out. */
  calls: number
}

/** Runs by id; to be filled in before a run asks for anything. */
export type Scripts = Map<string, PlayingRun>
