import type { CallOutcome } from "./CallJournal.ts"
import { OptimizationError } from "./Optimizer.ts"

/** How many calls tell whether a model answers at all. */
const watched = 10

/** Watches the first calls of a job, and for failures that every further call would meet. */
export class FirstCalls {
  #outcomes = 0
  #failures = 0

  /** Why the job has to end after this outcome, or null. */
  add(outcome: CallOutcome): OptimizationError | null {
    this.#outcomes += 1
    if (outcome._tag === "Answered") return null
    const { reason, message } = outcome.error
    switch (reason) {
      case "authentication":
      case "no_key":
      case "unknown_model":
      case "not_found":
        return new OptimizationError({ reason: "configuration", message })
    }
    this.#failures += 1
    if (this.#outcomes > watched || this.#failures <= watched / 2) return null
    return new OptimizationError({
      reason: "model_failed",
      message: `${this.#failures} of the first ${this.#outcomes} calls failed; the last one: ${message}`,
    })
  }
}
