import { answered, type Breaker, breakerState, began, failed, healthy, saidNothing } from "./machines/breaker.ts"
import { isOwnFailure } from "./machines/fallback.ts"
import type { Outcome } from "./Outcome.ts"
import type { BreakerState } from "./Route.ts"
import type { StepTask } from "./StepTask.ts"
import type { SystemFact } from "./SystemEvent.ts"

/** As many optimized tracks as are remembered; one that was forgotten counts as healthy. */
const most = 1000

interface Watched {
  readonly programId: string
  readonly breaker: Breaker
}

/** The health of the optimized tracks of one process, by step. */
export class Breakers {
  readonly #watched = new Map<string, Watched>()
  readonly #nowMs: () => number
  readonly #tell: (fact: SystemFact) => void

  constructor(nowMs: () => number, tell: (fact: SystemFact) => void) {
    this.#nowMs = nowMs
    this.#tell = tell
  }

  /** A program that is new to a step begins healthy. */
  state(task: StepTask, programId: string): BreakerState {
    const key = keyOf(task)
    const watched = this.#watched.get(key)
    if (watched?.programId !== programId) this.#keep(key, { programId, breaker: healthy })
    return watched?.programId === programId ? breakerState(watched.breaker, this.#nowMs()) : "closed"
  }

  /**
   * A step begins on the optimized track; `end` is to follow whatever becomes of it. False: since it was routed, others
   * have failed or one of them is trying, and it is not to begin.
   */
  begin(task: StepTask): boolean {
    const watched = this.#watched.get(keyOf(task))
    if (watched !== undefined && breakerState(watched.breaker, this.#nowMs()) === "open") return false
    this.#change(task, began)
    return true
  }

  /** Null: it was interrupted. */
  end(task: StepTask, outcome: Outcome | null): void {
    if (outcome === null) return this.#change(task, saidNothing)
    if (outcome._tag === "Answered") return this.#change(task, answered)
    const { reason, message } = outcome.failure
    if (!isOwnFailure(reason)) return this.#change(task, saidNothing)
    this.#change(task, (breaker) => failed(breaker, this.#nowMs()), message)
  }

  #change(task: StepTask, change: (breaker: Breaker) => Breaker, because = ""): void {
    const watched = this.#watched.get(keyOf(task))
    if (watched === undefined) return
    const { programId, breaker: before } = watched
    const breaker = change(before)
    this.#keep(keyOf(task), { programId, breaker })
    const place = { workflow: task.workflow, step: task.step.name, programId }
    if (before.triesAgainAtMs === null && breaker.triesAgainAtMs !== null) {
      const until = new Date(breaker.triesAgainAtMs).toISOString()
      this.#tell({ _tag: "BreakerOpened", ...place, because, until })
    }
    if (before.triesAgainAtMs !== null && breaker.triesAgainAtMs === null)
      this.#tell({ _tag: "BreakerClosed", ...place })
  }

  #keep(key: string, watched: Watched): void {
    this.#watched.delete(key)
    this.#watched.set(key, watched)
    const [oldest] = this.#watched.keys()
    if (this.#watched.size > most && oldest !== undefined) this.#watched.delete(oldest)
  }
}

const keyOf = ({ workflow, step }: StepTask): string => JSON.stringify([workflow, step.name])
