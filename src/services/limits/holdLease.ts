import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { CacheError } from "../cache/CacheTier.ts"
import { keepLease } from "../cache/keepLease.ts"
import type { Lease, Leases } from "../cache/Leases.ts"

/**
 * A lease for as long as the scope is open: renewed meanwhile, given back in the end; null where somebody else has it.
 * Whoever is interrupted while it asks does not wait for the answer, and gives back what comes of it.
 */
export const holdLease = (leases: Leases, name: string): Effect.Effect<Lease | null, CacheError, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const asking = yield* Effect.forkDetach(leases.acquire(name), { startImmediately: true })
      const lease = yield* Effect.onInterrupt(restore(Fiber.join(asking)), () =>
        Effect.forkDetach(
          Effect.flatMap(Fiber.await(asking), (exit) => (Exit.isSuccess(exit) ? giveBack(exit.value) : Effect.void)),
        ),
      )
      if (lease === null) return null
      yield* Effect.addFinalizer(() => giveBack(lease))
      yield* Effect.forkScoped(keepLease(lease, leases))
      return lease
    }),
  )

/** How long the fleet is waited for where a lease is given back, which runs out by itself. */
const patience = "1 second"

const giveBack = Effect.fnUntraced(function* (lease: Lease | null) {
  if (lease === null) return
  const giving = yield* Effect.forkDetach(Effect.ignore(lease.release), { startImmediately: true })
  yield* Effect.timeoutOption(Fiber.await(giving), patience)
})
