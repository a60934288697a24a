import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { CacheError, CacheTier } from "./CacheTier.ts"
import type { Leases } from "./Leases.ts"

/** Who is told of registers, one thing after the other. */
export interface RegistersListener {
  readonly told: (key: string, value: string) => Effect.Effect<void>
  /** All that there is was told, for the first time or once more after a silence. */
  readonly caughtUp: (all: ReadonlyMap<string, string>) => Effect.Effect<void>
}

/** Small texts under keys of `[-/_=.A-Za-z0-9]` that every node knows. */
export interface Registers {
  /** What is there now, asked anew; null where there is nothing. */
  readonly read: (key: string) => Effect.Effect<string | null, CacheError>
  /**
   * Puts what `join` makes of what is there, again where another node was faster; null leaves it. `join` may be called
   * several times. Gives what is there then.
   */
  readonly update: (
    key: string,
    join: (held: string | null) => string | null,
  ) => Effect.Effect<string | null, CacheError>
  /** Tells of all registers and of each change, until the scope closes. To be called once. */
  readonly follow: (listener: RegistersListener) => Effect.Effect<void, never, Scope.Scope>
  /** Up to when everything was surely told; -Infinity before the first time. */
  readonly confirmedAtMs: Effect.Effect<number>
  /** Waits, for a moment at most, until everything was told once. */
  readonly ready: Effect.Effect<void>
}

export interface SharedTierOptions {
  /** Which cache it is for: capitals and `_`. */
  readonly space: string
  /** When the server may drop an entry; null: never. */
  readonly ttlMs: number | null
  /** What it may hold at most; null ttl: beyond that nothing more is kept, else the oldest go. */
  readonly maxBytes: number
  /** How long an answer is waited for; default 2 s. */
  readonly patienceMs?: number
}

export interface SharedLeasesOptions {
  /** What they are for: capitals and `_`. */
  readonly space: string
  /** How long one holds that nobody renews; fixed when the fleet first asks for one. */
  readonly holdMs: number
  /** How long an answer is waited for; default 10 s. */
  readonly patienceMs?: number
}

/** What this process shares with others; null in each place: it is on its own. */
export class Fleet extends Context.Service<
  Fleet,
  {
    readonly tier: (options: SharedTierOptions) => CacheTier | null
    readonly registers: (space: string) => Registers | null
    readonly leases: (options: SharedLeasesOptions) => Leases | null
    /** Waits, for a moment at most, until the fleet can be asked for the first time; fails where it is away. */
    readonly ready: Effect.Effect<void, CacheError>
  }
>()("doubletrack/services/cache/Fleet") {
  static readonly layerAlone: Layer.Layer<Fleet> = Layer.succeed(Fleet, {
    tier: () => null,
    registers: () => null,
    leases: () => null,
    ready: Effect.void,
  })
}
