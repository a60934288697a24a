import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { KV } from "@nats-io/kv"
import type { Registers } from "../cache/Fleet.ts"
import { followBucket } from "./followBucket.ts"
import type { Nats } from "./Nats.ts"
import { registerLock } from "./registerLock.ts"
import { isConflict } from "./shared.ts"
import { sharedBucket } from "./sharedBucket.ts"

export interface KvRegistersOptions {
  readonly space: string
  readonly checkEveryMs: number
}

/** How long a process that has just started waits for what the others know. */
const firstPatience = "5 seconds"

/** Registers as keys of a bucket that is never emptied; reads go to the leader, which knows the latest. */
export const kvRegisters = (nats: Nats["Service"], { space, checkEveryMs }: KvRegistersOptions): Registers => {
  const bucket = `DOUBLETRACK_${space}`
  const shared = sharedBucket(nats, {
    bucket,
    description: `What every node of Doubletrack knows: ${space.toLowerCase()}`,
    maxBytes: 16 * 2 ** 20,
    readsFromCopies: false,
    patienceMs: 5000,
  })
  const lock = registerLock(nats, space)
  const first = Deferred.makeUnsafe<void>()
  let confirmedAtMs = Number.NEGATIVE_INFINITY
  let waited = false
  const away = nats.statusChanges.pipe(
    Stream.filter(({ _tag }) => _tag === "Away"),
    Stream.runHead,
    Effect.asVoid,
  )

  return {
    read: (key) => shared.use(`reading ${key}`, async (kv) => (await held(kv, key)).value),
    update: (key, join) =>
      lock(
        key,
        shared.use(`writing ${key}`, async (kv) => {
          for (;;) {
            const { value, revision } = await held(kv, key)
            const joined = join(value)
            if (joined === null || joined === value) return value
            try {
              await kv.put(key, joined, { previousSeq: revision })
              return joined
            } catch (cause) {
              if (!isConflict(cause)) throw cause
            }
          }
        }),
      ),
    follow: (listener) =>
      Effect.asVoid(
        Effect.forkScoped(
          followBucket(nats, shared, {
            bucket,
            checkEveryMs,
            listener,
            confirmed: (atMs) =>
              Effect.andThen(
                Effect.sync(() => (confirmedAtMs = Math.max(confirmedAtMs, atMs))),
                Deferred.succeed(first, undefined),
              ),
          }),
        ),
      ),
    confirmedAtMs: Effect.sync(() => confirmedAtMs),
    ready: Effect.suspend(() => {
      if (waited) return Effect.void
      return Effect.andThen(
        Effect.timeoutOption(Effect.raceFirst(Deferred.await(first), away), firstPatience),
        Effect.sync(() => void (waited = true)),
      )
    }),
  }
}

/** What is under a key, and the revision that a put has to follow. */
const held = async (kv: KV, key: string) => {
  const there = await kv.get(key)
  const value = there === null || there.operation !== "PUT" ? null : there.string()
  return { value, revision: there?.revision ?? 0 }
}
