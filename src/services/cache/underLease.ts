import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { keepLease } from "./keepLease.ts"
import type { Lease, Leases } from "./Leases.ts"

export type UnderLease<A> =
  | { readonly _tag: "Done"; readonly value: A }
  /** Somebody else has it; nothing was begun. */
  | { readonly _tag: "Held" }
  /** It went to somebody else while the work was under way, which was ended. */
  | { readonly _tag: "Lost" }

/**
 * Does work as the only one who does it, for as long as a lease holds, which is renewed meanwhile and given back in the
 * end. Where nobody can be asked for a lease, the work is done without one: twice is better than not at all.
 */
export const underLease = <A, E, R>(
  leases: Leases,
  name: string,
  work: (lease: Lease | null) => Effect.Effect<A, E, R>,
): Effect.Effect<UnderLease<A>, E, R> =>
  Effect.acquireUseRelease(
    Effect.option(Effect.retry(leases.acquire(name), patience)),
    (asked): Effect.Effect<UnderLease<A>, E, R> => {
      const done = (lease: Lease | null) => Effect.map(work(lease), (value): UnderLease<A> => ({ _tag: "Done", value }))
      if (Option.isNone(asked)) return done(null)
      const lease = asked.value
      if (lease === null) return Effect.succeed({ _tag: "Held" })
      return Effect.raceFirst(done(lease), Effect.as(keepLease(lease, leases), { _tag: "Lost" } as const))
    },
    (asked) => (Option.isSome(asked) && asked.value !== null ? Effect.ignore(asked.value.release) : Effect.void),
  )

/** Servers that are electing or being set up need a moment, which is little beside the work. */
const patience = Schedule.exponential("100 millis").pipe(Schedule.upTo({ times: 5 }))
