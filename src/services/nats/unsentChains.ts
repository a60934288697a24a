import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { OutboxMessage } from "./outboxLane.ts"

/** What of each chain is on its way: of a run, or of the system events of a workflow. */
export interface UnsentChains {
  readonly took: (messages: ReadonlyArray<OutboxMessage>) => void
  readonly arrived: (messages: ReadonlyArray<OutboxMessage>) => void
  /** Nothing is on its way any more. */
  readonly allArrived: () => void
  /** Whether something of it has been on its way for so long that somebody else may have sent it, and the server forgotten. */
  readonly isOld: (chain: string) => boolean
  /** Resolves when all of a chain that was taken before has arrived. */
  readonly gone: (chain: string) => Effect.Effect<void>
}

interface UnsentChain {
  count: number
  readonly sinceMs: number
  readonly isGone: Latch.Latch
}

/** `oldMs`: after so long something is old. */
export const unsentChains = (nowMs: () => number, oldMs: number): UnsentChains => {
  const chains = new Map<string, UnsentChain>()
  return {
    took: (messages) => {
      for (const { chain } of messages) {
        const unsent = chains.get(chain) ?? { count: 0, sinceMs: nowMs(), isGone: Latch.makeUnsafe() }
        unsent.count += 1
        chains.set(chain, unsent)
      }
    },
    arrived: (messages) => {
      for (const { chain } of messages) {
        const unsent = chains.get(chain)
        if (unsent === undefined || --unsent.count > 0) continue
        chains.delete(chain)
        Latch.openUnsafe(unsent.isGone)
      }
    },
    // What was dropped, or sent by another process, is counted until then.
    allArrived: () => {
      for (const { isGone } of chains.values()) Latch.openUnsafe(isGone)
      chains.clear()
    },
    isOld: (chain) => nowMs() - (chains.get(chain)?.sinceMs ?? nowMs()) > oldMs,
    gone: (chain) =>
      Effect.suspend(() => {
        const unsent = chains.get(chain)
        return unsent === undefined ? Effect.void : Latch.await(unsent.isGone)
      }),
  }
}
