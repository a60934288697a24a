import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import { Store } from "../store/Store.ts"
import type { CacheEntry } from "./CacheEntry.ts"
import { exchangeRegisters } from "./exchangeRegisters.ts"
import { Fleet } from "./Fleet.ts"
import { keptRegisters } from "./keptRegisters.ts"
import type { RegisterKind } from "./RegisterKind.ts"

interface Epoch {
  readonly signatureHash: string
  readonly epoch: number
}

/** A signature was invalidated. */
export interface Bump extends Epoch {
  /** `elsewhere`: another process did it. */
  readonly by: "here" | "elsewhere"
}

/**
 * When each signature was last invalidated, in ms since 1970 and never going back; 0: never. What was made under an
 * earlier epoch is stale. Kept in the store, and known to the whole fleet: what one node bumps while the fleet is away,
 * or does not take it, is told again until it is taken, and the latest bump holds.
 */
export class Epochs extends Context.Service<
  Epochs,
  {
    /** As far as this process knows. */
    readonly current: (signatureHash: string) => Effect.Effect<number>
    /** The same, having asked the fleet; null where it cannot be asked now. */
    readonly refreshed: (signatureHash: string) => Effect.Effect<number | null>
    /** Takes in an epoch that was met on an entry. */
    readonly observe: (signatureHash: string, epoch: number) => Effect.Effect<void>
    readonly bump: (signatureHash: string) => Effect.Effect<number>
    /** Whether an entry that lies here may be served: not for long while nothing would be heard of an invalidation. */
    readonly trusts: (entry: CacheEntry) => Effect.Effect<boolean>
    /** Every bump that this process makes or hears of, those of its start included. */
    readonly bumps: Effect.Effect<PubSub.Subscription<Bump>, never, Scope.Scope>
    /** Waits, for a moment at most, until what the fleet knows was heard once. */
    readonly ready: Effect.Effect<void>
  }
>()("doubletrack/services/cache/Epochs") {
  /** `trustMs`: how long entries here are served while the fleet is away. */
  static readonly layer = ({ trustMs }: { readonly trustMs: number }): Layer.Layer<Epochs, never, Store | Fleet> =>
    Layer.effect(
      Epochs,
      Effect.gen(function* () {
        const registers = (yield* Fleet).registers("EPOCHS")
        // What was heard before anybody listened is not to be missed.
        const heard = yield* PubSub.unbounded<Bump>({ replay: mostReplayed })
        const kept = keptRegisters(yield* Store, epochRegisters, "cache_epochs")

        const current = (signatureHash: string) => Effect.map(kept.at(signatureHash), (known) => known?.epoch ?? 0)
        const learn = (epoch: Epoch, by: Bump["by"]) =>
          Effect.flatMap(kept.learn(epoch), (isNews) =>
            isNews ? PubSub.publish(heard, { ...epoch, by }) : Effect.void,
          )
        const elsewhere = (epoch: Epoch) => Effect.asVoid(learn(epoch, "elsewhere"))
        const { tell } = yield* exchangeRegisters({
          registers,
          kind: epochRegisters,
          prefix,
          known: kept,
          heard: elsewhere,
        })

        return Epochs.of({
          current,
          refreshed: (signatureHash) => {
            if (registers === null) return current(signatureHash)
            return registers.read(prefix + signatureHash).pipe(
              Effect.map((text) => (text === null ? null : epochRegisters.decode(text, signatureHash))),
              Effect.tap((epoch) => (epoch === null ? Effect.void : elsewhere(epoch))),
              Effect.andThen(current(signatureHash)),
              Effect.orElseSucceed(() => null),
            )
          },
          observe: (signatureHash, epoch) => (epoch > 0 ? elsewhere({ signatureHash, epoch }) : Effect.void),
          bump: (signatureHash) => {
            const decided = Effect.gen(function* () {
              const epoch = Math.max((yield* current(signatureHash)) + 1, yield* Clock.currentTimeMillis)
              yield* learn({ signatureHash, epoch }, "here")
              return { signatureHash, epoch }
            })
            return Effect.map(tell(decided), ({ epoch }) => epoch)
          },
          trusts: ({ storedAtMs }) =>
            registers === null
              ? Effect.succeed(true)
              : Effect.map(
                  Effect.all([registers.confirmedAtMs, Clock.currentTimeMillis]),
                  ([confirmedAtMs, nowMs]) => nowMs - Math.max(confirmedAtMs, storedAtMs) <= trustMs,
                ),
          bumps: PubSub.subscribe(heard),
          ready: registers === null ? Effect.void : registers.ready,
        })
      }),
    )
}

/** As many bumps that a node hears of on starting are told to who listens a moment later. */
const mostReplayed = 1000

/** What their keys begin with in the fleet. */
const prefix = "epoch."

const epochRegisters: RegisterKind<Epoch> = {
  what: "invalidations",
  keyOf: ({ signatureHash }) => signatureHash,
  encode: ({ epoch }) => String(epoch),
  decode: (text, signatureHash) => {
    const epoch = Number(text)
    return Number.isSafeInteger(epoch) && epoch > 0 ? { signatureHash, epoch } : null
  },
  join: (one, other) => (one.epoch < other.epoch ? other : one),
}
