import type { KV, KvWatchEntry } from "@nats-io/kv"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { CacheError } from "../cache/CacheTier.ts"
import type { RegistersListener } from "../cache/Fleet.ts"
import type { Nats } from "./Nats.ts"
import type { Shared } from "./shared.ts"

export interface FollowOptions {
  readonly bucket: string
  /** How often it is asked whether everything was told. */
  readonly checkEveryMs: number
  readonly listener: RegistersListener
  /** Everything up to this time was told. */
  readonly confirmed: (atMs: number) => Effect.Effect<unknown>
}

/** How far behind the bucket the watch may be before it is begun anew. */
const patience = "2 seconds"

/** Between a watch that failed and the next. */
const rest = "500 millis"

/**
 * Watches a bucket for ever. A watch is not believed to be alive because it is silent: the leader is asked for its last
 * revision again and again, and a watch that has not come as far is begun anew, as is one whose connection was lost.
 */
export const followBucket = (nats: Nats["Service"], shared: Shared<KV>, options: FollowOptions): Effect.Effect<never> =>
  nats.connected.pipe(
    Effect.andThen(Effect.scoped(watchOnce(nats, shared, options))),
    Effect.catch(({ message }) => Effect.andThen(Effect.logDebug(message), Effect.sleep(rest))),
    Effect.forever,
  )

const watchOnce = Effect.fnUntraced(function* (
  nats: Nats["Service"],
  { use }: Shared<KV>,
  { bucket, checkEveryMs, listener, confirmed }: FollowOptions,
) {
  const told = yield* SubscriptionRef.make(0)
  const all = new Map<string, string>()
  const watch = yield* Effect.acquireRelease(
    use("watching what every node knows", (kv) => kv.watch()),
    (iterator) => Effect.sync(() => iterator.stop()),
  )
  const telling = Stream.fromAsyncIterable(watch, (cause) => ended(String(cause))).pipe(
    Stream.runForEach((entry: KvWatchEntry) =>
      Effect.gen(function* () {
        if (entry.operation === "PUT") {
          all.set(entry.key, entry.string())
          yield* listener.told(entry.key, entry.string())
        }
        yield* SubscriptionRef.set(told, entry.revision)
      }),
    ),
  )
  const lastRevision = use("asking for the last revision", async (_kv, { manager }) => {
    try {
      const last = await manager.streams.getMessage(`KV_${bucket}`, { last_by_subj: `$KV.${bucket}.>` })
      return last?.seq ?? 0
    } catch (cause) {
      if (cause instanceof Error && /no message found/i.test(cause.message)) return 0
      throw cause
    }
  })
  const check = Effect.gen(function* () {
    const askedAtMs = yield* Clock.currentTimeMillis
    const last = yield* lastRevision
    if ((yield* SubscriptionRef.get(told)) > last) return yield* ended("the bucket was made anew")
    yield* SubscriptionRef.changes(told).pipe(
      Stream.filter((revision) => revision >= last),
      Stream.runHead,
      Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(ended("the watch is behind")) }),
    )
    return askedAtMs
  })
  const checking = Effect.gen(function* () {
    yield* Effect.tap(check, () => listener.caughtUp(new Map(all))).pipe(Effect.flatMap(confirmed))
    while (true) {
      yield* Effect.sleep(checkEveryMs)
      yield* Effect.flatMap(check, confirmed)
    }
  })
  const lost = nats.statusChanges.pipe(
    Stream.filter(({ _tag }) => _tag !== "Connected"),
    Stream.runHead,
  )
  yield* Effect.raceFirst(Effect.raceFirst(Effect.andThen(telling, ended("the watch ended")), checking), lost)
})

const ended = (why: string) =>
  new CacheError({ reason: "unavailable", tier: "distributed", message: `Following what every node knows: ${why}.` })
