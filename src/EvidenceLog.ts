import type { AskedStep } from "./collectContent.ts"
import { endNames } from "./endNames.ts"
import type { StepEnd } from "./learnFromStep.ts"
import type { RunEvent } from "./RunEvent.ts"

/** What evidence is taken in with. */
export interface EvidenceHost {
  /** Learns from an end a single time, by its name. Never rejects. */
  readonly learn: (end: StepEnd, name: string, asked: AskedStep | undefined) => Promise<void>
}

/** Takes the ends of steps into experiments, each run's in its order; a run has ended once all of its are in. */
export class EvidenceLog {
  readonly #host: EvidenceHost
  readonly #runs = new Map<string, RunEvidence>()

  constructor(host: EvidenceHost) {
    this.#host = host
  }

  /** Keeps what a step was asked until it ends. */
  keepAsked(runId: string, path: string, asked: AskedStep): void {
    this.#of(runId).asked.set(path, asked)
  }

  take(event: RunEvent): void {
    if (event._tag !== "StepCompleted" && event._tag !== "StepFailed") return
    const run = this.#of(event.runId)
    const asked = run.asked.get(event.path)
    const name = run.nameOf(event)
    run.pending = run.pending.then(() => this.#host.learn(event, name, asked))
  }

  /** Resolves when everything of the run is taken in. */
  async settled(runId: string): Promise<void> {
    await this.#runs.get(runId)?.pending
    this.#runs.delete(runId)
  }

  #of(runId: string): RunEvidence {
    const run = this.#runs.get(runId) ?? { asked: new Map(), nameOf: endNames(), pending: Promise.resolve() }
    this.#runs.set(runId, run)
    return run
  }
}

interface RunEvidence {
  readonly asked: Map<string, AskedStep>
  readonly nameOf: ReturnType<typeof endNames>
  pending: Promise<void>
}
