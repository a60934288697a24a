import type { AskedStep } from "./collectContent.ts"
import type { StepEnd } from "./learnFromStep.ts"
import type { RunEvent } from "./RunEvent.ts"

/** What evidence is taken in with. */
export interface EvidenceHost {
  /** Never rejects. */
  readonly learn: (end: StepEnd, asked: AskedStep | undefined) => Promise<void>
}

/** Takes the ends of steps into experiments, each run's in its order; a run has ended once all of its are in. */
export class EvidenceLog {
  readonly #host: EvidenceHost
  readonly #pending = new Map<string, Promise<void>>()
  readonly #asked = new Map<string, Map<string, AskedStep>>()

  constructor(host: EvidenceHost) {
    this.#host = host
  }

  /** Keeps what a step was asked until it ends. */
  keepAsked(runId: string, path: string, asked: AskedStep): void {
    const steps = this.#asked.get(runId) ?? new Map<string, AskedStep>()
    this.#asked.set(runId, steps.set(path, asked))
  }

  take(event: RunEvent): void {
    if (event._tag !== "StepCompleted" && event._tag !== "StepFailed") return
    const { runId, path } = event
    const asked = this.#asked.get(runId)?.get(path)
    const before = this.#pending.get(runId) ?? Promise.resolve()
    this.#pending.set(
      runId,
      before.then(() => this.#host.learn(event, asked)),
    )
  }

  /** Resolves when everything of the run is taken in. */
  async settled(runId: string): Promise<void> {
    await this.#pending.get(runId)
    this.#pending.delete(runId)
    this.#asked.delete(runId)
  }
}
