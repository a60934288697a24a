import type { KV } from "@nats-io/kv"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { SharedLeasesOptions } from "../cache/Fleet.ts"
import type { Lease, Leases } from "../cache/Leases.ts"
import type { Nats } from "./Nats.ts"
import { isConflict } from "./shared.ts"
import { sharedBucket } from "./sharedBucket.ts"

/**
 * Leases as keys that the server drops when nobody renews them: its clock alone decides. The token is the revision of
 * the first put, which only grows. What is given back leaves no marker: only where nothing lies under a key do all
 * servers see to it that one of several puts wins (clusters before 2.9.21 let several follow the same revision).
 */
export const kvLeases = (
  nats: Nats["Service"],
  { space, holdMs, patienceMs = 10_000 }: SharedLeasesOptions,
): Leases => {
  const name = `DOUBLETRACK_${space}`
  const { use } = sharedBucket(nats, {
    bucket: name,
    description: "Who does what only one may do",
    maxAgeMs: holdMs,
    maxBytes: 2 ** 20,
    readsFromCopies: false,
    patienceMs,
  })

  /** Whom a lease was asked for without an answer: it may have been given all the same. */
  const unanswered = new Map<string, string>()

  const lease = (key: string, owner: string, token: number): Lease => {
    let revision = token
    /** A renewal that is under way, or of which the answer was lost, has changed the revision. */
    const isStillOurs = async (bucket: KV): Promise<boolean> => {
      const there = await revisionOf(bucket, key, owner)
      if (there !== null) revision = there
      return there !== null
    }
    return {
      token,
      renew: use("renewing a lease", async (bucket) => {
        try {
          revision = await bucket.put(key, owner, { previousSeq: revision })
          return true
        } catch (cause) {
          if (!isConflict(cause)) throw cause
          return await isStillOurs(bucket)
        }
      }),
      release: use("giving a lease back", async (bucket, { manager }) => {
        const giveBack = async () => {
          const upTo = { filter: `$KV.${name}.${key}`, seq: revision + 1 }
          return (await manager.streams.purge(`KV_${name}`, upTo)).purged > 0
        }
        if (!(await giveBack()) && (await isStillOurs(bucket))) await giveBack()
      }),
    }
  }

  return {
    holdMs,
    acquire: Effect.fnUntraced(function* (key) {
      const before = unanswered.get(key)
      unanswered.delete(key)
      const owner = before ?? (yield* ownerId)
      const token = yield* use("taking a lease", async (bucket) => {
        try {
          return await bucket.put(key, owner, { previousSeq: 0 })
        } catch (cause) {
          if (!isConflict(cause)) throw cause
          return before === undefined ? null : await revisionOf(bucket, key, owner)
        }
      }).pipe(Effect.onError(() => Effect.sync(() => void unanswered.set(key, owner))))
      return token === null ? null : lease(key, owner, token)
    }),
  }
}

/** The revision of a lease; null where it is somebody else's. */
const revisionOf = async (bucket: KV, key: string, owner: string): Promise<number | null> => {
  const there = await bucket.get(key)
  return there === null || there.operation !== "PUT" || there.string() !== owner ? null : there.revision
}

const ownerId = Effect.map(
  Effect.all([Random.nextIntBetween(0, 2 ** 31), Random.nextIntBetween(0, 2 ** 31)]),
  (numbers) => numbers.map((number) => number.toString(36)).join("-"),
)
