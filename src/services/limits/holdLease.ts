import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { CacheError } from "../cache/CacheTier.ts"
import { keepLease } from "../cache/keepLease.ts"
import type { Lease, Leases } from "../cache/Leases.ts"
import { inTime } from "./patientAsking.ts"

export interface HoldOptions {
  readonly leases: Leases
  readonly renewEveryMs: number
  /** Where what nobody waits for goes on. */
  readonly background: Scope.Scope
}

/**
 * A lease for as long as the scope is open: renewed meanwhile, taken again where it ran out, given back in the end; null
 * where somebody else has it. Whoever is interrupted while it asks does not wait for the answer, and gives back what comes
 * of it.
 */
export const holdLease = (
  name: string,
  { leases, renewEveryMs, background }: HoldOptions,
): Effect.Effect<Lease | null, CacheError, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const { holdMs } = leases
      const giveBack = (lease: Lease | null) =>
        lease === null ? Effect.void : givenBack(lease, { holdMs, background })
      const asking = yield* Effect.forkIn(leases.acquire(name), background, { startImmediately: true })
      const lease = yield* Effect.onInterrupt(restore(Fiber.join(asking)), () =>
        Effect.forkIn(
          Effect.flatMap(Fiber.await(asking), (exit) => (Exit.isSuccess(exit) ? giveBack(exit.value) : Effect.void)),
          background,
        ),
      )
      if (lease === null) return null
      const held: { lease: Lease | null } = { lease }
      yield* Effect.addFinalizer(() => giveBack(held.lease))
      const takeAgain = Effect.tap(leases.acquire(name), (again) => Effect.sync(() => void (held.lease = again)))
      yield* Effect.forkScoped(
        Effect.gen(function* () {
          while (held.lease !== null) {
            yield* keepLease({ ...held.lease, renew: inTime(held.lease.renew) }, { holdMs, renewEveryMs })
            yield* Effect.retry(Effect.uninterruptible(takeAgain), soon)
          }
        }),
      )
      return lease
    }),
  )

const soon = Schedule.spaced("500 millis")

/** How long the fleet is waited for where a lease is given back. */
const patience = "1 second"

/** What the fleet does not take back it is offered again, until the lease has run out by itself. */
const givenBack = Effect.fnUntraced(function* (
  lease: Lease,
  { holdMs, background }: Pick<Leases, "holdMs"> & Pick<HoldOptions, "background">,
) {
  const again = soon.pipe(Schedule.upTo({ duration: holdMs }))
  const giving = yield* Effect.forkIn(Effect.ignore(Effect.retry(inTime(lease.release), again)), background, {
    startImmediately: true,
  })
  yield* Effect.timeoutOption(Fiber.await(giving), patience)
})
