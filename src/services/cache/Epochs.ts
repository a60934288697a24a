import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { Store } from "../store/Store.ts"
import type { EntryWriter } from "../store/StoredEntries.ts"
import type { CacheEntry } from "./CacheEntry.ts"
import { Fleet, type Registers } from "./Fleet.ts"
import { untoldNews } from "./untoldNews.ts"
import { warnOnce } from "./warnOnce.ts"

/** A signature was invalidated. */
export interface Bump {
  readonly signatureHash: string
  readonly epoch: number
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
        const store = yield* Store
        // What was heard before anybody listened is not to be missed.
        const heard = yield* PubSub.unbounded<Bump>({ replay: mostReplayed })
        const warn = warnOnce()
        const known = new Map<string, number>()
        const untold = untoldNews<string>((signatureHash) => signatureHash)

        const current = (signatureHash: string) =>
          store
            .collection(collection)
            .get(signatureHash)
            .pipe(
              warn("The epochs of signatures cannot be read.", null),
              Effect.map((text) => Math.max(known.get(signatureHash) ?? 0, epochOf(text))),
            )
        const learn = Effect.fnUntraced(function* (signatureHash: string, epoch: number, by: Bump["by"]) {
          const before = yield* current(signatureHash)
          if (epoch <= before) return
          known.set(signatureHash, Math.max(epoch, known.get(signatureHash) ?? 0))
          yield* store
            .write((entries) => keep(entries, signatureHash, epoch))
            .pipe(warn("The epochs of signatures cannot be kept.", undefined))
          yield* PubSub.publish(heard, { signatureHash, epoch, by })
        })
        /** Brings the fleet up to what is known here, and the other way around. */
        const exchange = Effect.fnUntraced(function* (shared: Registers, signatureHash: string) {
          const epoch = yield* current(signatureHash)
          const held = yield* shared.update(keyOf(signatureHash), (text) =>
            epochOf(text) < epoch ? String(epoch) : null,
          )
          yield* learn(signatureHash, epochOf(held), "elsewhere")
        })
        const later = warn("The fleet is not told of an invalidation now; it is told again until it knows.", undefined)
        const tell = (shared: Registers, signatureHash: string) =>
          untold.telling(signatureHash, exchange(shared, signatureHash)).pipe(later)

        const kept = Effect.map(store.collection(collection).list(), (entries) =>
          entries.flatMap(({ key, value }) =>
            Result.isSuccess(value) ? [[key, epochOf(value.success)] as const] : [],
          ),
        ).pipe(warn("The epochs of signatures cannot be read.", []))

        if (registers !== null) {
          yield* registers.follow({
            told: (key, value) => learn(signatureOf(key), epochOf(value), "elsewhere"),
            caughtUp: (all) =>
              Effect.flatMap(kept, (own) =>
                Effect.forEach(
                  own.filter(([signatureHash, epoch]) => epoch > epochOf(all.get(keyOf(signatureHash)) ?? null)),
                  ([signatureHash]) => tell(registers, signatureHash),
                  { discard: true },
                ),
              ),
          })
          yield* untold.tellAgain((signatureHash) => tell(registers, signatureHash))
        }

        return Epochs.of({
          current,
          refreshed: (signatureHash) => {
            if (registers === null) return current(signatureHash)
            return registers.read(keyOf(signatureHash)).pipe(
              Effect.flatMap((held) => learn(signatureHash, epochOf(held), "elsewhere")),
              Effect.andThen(current(signatureHash)),
              Effect.orElseSucceed(() => null),
            )
          },
          observe: (signatureHash, epoch) => learn(signatureHash, epoch, "elsewhere"),
          bump: (signatureHash) =>
            // What is known here is on its way to the fleet, whatever interrupts who asked for it.
            Effect.uninterruptibleMask((restore) =>
              Effect.gen(function* () {
                const before = yield* current(signatureHash)
                const epoch = Math.max(before + 1, yield* Clock.currentTimeMillis)
                yield* learn(signatureHash, epoch, "here")
                if (registers === null) return epoch
                yield* untold.telling(signatureHash, restore(exchange(registers, signatureHash))).pipe(later)
                return epoch
              }),
            ),
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

const collection = "cache_epochs"

/** As many bumps that a node hears of on starting are told to who listens a moment later. */
const mostReplayed = 1000

const keyOf = (signatureHash: string): string => `epoch.${signatureHash}`

const signatureOf = (key: string): string => key.slice("epoch.".length)

const keep = (entries: EntryWriter, signatureHash: string, epoch: number): void => {
  if (epochOf(entries.get(collection, signatureHash)) < epoch) entries.put(collection, signatureHash, String(epoch))
}

const epochOf = (text: string | null): number => {
  const epoch = text === null ? 0 : Number(text)
  return Number.isSafeInteger(epoch) && epoch > 0 ? epoch : 0
}
