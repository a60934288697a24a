import { isClosed } from "./Runs.ts"

/** Optimizations and evaluations under way; the caller's signal interrupts one, closing interrupts all. */
export class LongWork {
  readonly #closing = new AbortController()
  readonly #underWay = new Set<Promise<unknown>>()

  /** Rejects with the signal's reason where the caller aborts, with InputError where the runtime is closed. */
  async run<A>(start: (signal: AbortSignal) => Promise<A>, signal?: AbortSignal): Promise<A> {
    const work = start(AbortSignal.any([this.#closing.signal, ...(signal === undefined ? [] : [signal])]))
    this.#underWay.add(work)
    try {
      return await work
    } catch (error) {
      if (this.#closing.signal.aborted) throw isClosed()
      throw signal?.aborted === true ? signal.reason : error
    } finally {
      this.#underWay.delete(work)
    }
  }

  /** Interrupts everything and waits until it has wound down. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#underWay)
  }
}
