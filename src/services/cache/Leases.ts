import type * as Effect from "effect/Effect"
import type { CacheError } from "./CacheTier.ts"

/** The sole right to do something, until it runs out. */
export interface Lease {
  /** Greater than that of every lease of this name before. */
  readonly token: number
  /** Makes it hold for another while; false where it has gone to somebody else. */
  readonly renew: Effect.Effect<boolean, CacheError>
  /** Gives it back; nothing happens where it is not ours any more. */
  readonly release: Effect.Effect<void, CacheError>
}

/** Leases by name (`[-/_=.A-Za-z0-9]`), of which only one is held at a time. */
export interface Leases {
  /** Null where somebody else holds it. */
  readonly acquire: (name: string) => Effect.Effect<Lease | null, CacheError>
  /** How long one holds that nobody renews. */
  readonly holdMs: number
}
