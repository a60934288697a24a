import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { fromPromise, type PromiseActorLogic } from "xstate"

/**
 * Runs the effects behind machine actors. Stopping an actor interrupts its effect; `settled` waits
 * until the effects of a run, finalizers included, are over.
 */
export class ActorHost<Services> {
  readonly #services: Context.Context<Services>
  readonly #recorded: (runId: string) => Effect.Effect<void>
  readonly #atWork = new Map<string, Set<Promise<void>>>()

  /** No effect of a run begins before `recorded`: what led to it is kept by then. */
  constructor(services: Context.Context<Services>, recorded: (runId: string) => Effect.Effect<void>) {
    this.#services = services
    this.#recorded = recorded
  }

  /** Actor logic that runs an effect and outputs what it yields; a defect becomes the actor's error. */
  actor<Output, Input>(
    runIdOf: (input: Input) => string,
    effect: (input: Input) => Effect.Effect<Output, never, Services>,
  ): PromiseActorLogic<Output, Input> {
    return fromPromise<Output, Input>(({ input, signal }) => {
      const runId = runIdOf(input)
      const work = Effect.andThen(
        this.#recorded(runId),
        Effect.suspend(() => effect(input)),
      )
      const output = Effect.runPromiseWith(this.#services)(work, { signal })
      this.#watch(runId, output)
      return output
    })
  }

  /** Resolves when nothing of the run is at work; never rejects. */
  async settled(runId: string): Promise<void> {
    for (let pending = this.#atWork.get(runId); pending !== undefined; pending = this.#atWork.get(runId)) {
      await Promise.all(pending)
    }
  }

  #watch(runId: string, work: Promise<unknown>): void {
    const pending = this.#atWork.get(runId) ?? new Set()
    const over = work.then(
      () => {},
      () => {},
    )
    pending.add(over)
    this.#atWork.set(runId, pending)
    void over.then(() => {
      pending.delete(over)
      if (pending.size === 0) this.#atWork.delete(runId)
    })
  }
}
