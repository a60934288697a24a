import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type { CacheError } from "../cache/CacheTier.ts"
import type { Lease } from "../cache/Leases.ts"

/** As many are tried at a time, so that a hundred slots that are taken are not asked for one by one again and again. */
const triesAtOnce = 8

/** A lease until the scope closes; null where somebody else has it. */
export type Hold = (name: string) => Effect.Effect<Lease | null, CacheError, Scope.Scope>

/**
 * Waits for one of the fleet's slots, which is held until the scope closes. Processes take turns: one of them looks for
 * a slot, so that none is passed by those that ask more often. To be asked by one at a time in a process.
 */
export const fleetSlots = (
  hold: Hold,
  name: string,
  concurrent: number,
): Effect.Effect<void, CacheError, Scope.Scope> => {
  const own = new Set<number>()

  const trySlot = Effect.fnUntraced(function* (slot: number) {
    const lease = yield* hold(`${name}/${slot}`)
    if (lease === null) return null
    yield* Effect.addFinalizer(() => Effect.sync(() => own.delete(slot)))
    own.add(slot)
    return lease
  })
  const trySome = Effect.gen(function* () {
    const others = Array.from({ length: concurrent }, (_, slot) => slot).filter((slot) => !own.has(slot))
    for (const slot of (yield* Random.shuffle(others)).slice(0, triesAtOnce)) {
      const lease = yield* trySlot(slot)
      if (lease !== null) return lease
    }
    return null
  })

  return Effect.gen(function* () {
    const scope = yield* Scope.Scope
    yield* Effect.scoped(
      Effect.andThen(untilHeld(hold(`${name}/turn`)), Effect.provideService(untilHeld(trySome), Scope.Scope, scope)),
    )
  })
}

const firstPauseMs = 5
const longestPauseMs = 100

/** Asks again and again, after pauses that grow and differ. */
const untilHeld = Effect.fnUntraced(function* <R>(ask: Effect.Effect<Lease | null, CacheError, R>) {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(1.5 * pauseMs, longestPauseMs)) {
    if ((yield* ask) !== null) return
    yield* Effect.sleep(pauseMs * (yield* Random.nextBetween(0.5, 1.5)))
  }
})
