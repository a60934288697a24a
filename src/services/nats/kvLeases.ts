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
 * the first put, which only grows.
 */
export const kvLeases = (
  nats: Nats["Service"],
  { space, holdMs, patienceMs = 10_000 }: SharedLeasesOptions,
): Leases => {
  const { use } = sharedBucket(nats, {
    bucket: `DOUBLETRACK_${space}`,
    description: "Who does what only one may do",
    maxAgeMs: holdMs,
    maxBytes: 2 ** 20,
    readsFromCopies: false,
    patienceMs,
  })

  const lease = (name: string, owner: string, token: number): Lease => {
    let revision = token
    /** A renewal that is under way, or of which the answer was lost, has changed the revision. */
    const isStillOurs = async (bucket: KV): Promise<boolean> => {
      const there = await bucket.get(name)
      if (there === null || there.operation !== "PUT" || there.string() !== owner) return false
      revision = there.revision
      return true
    }
    return {
      token,
      renew: use("renewing a lease", async (bucket) => {
        try {
          revision = await bucket.put(name, owner, { previousSeq: revision })
          return true
        } catch (cause) {
          if (!isConflict(cause)) throw cause
          return await isStillOurs(bucket)
        }
      }),
      release: use("giving a lease back", async (bucket) => {
        const giveBack = () => bucket.delete(name, { previousSeq: revision })
        try {
          await giveBack()
        } catch (cause) {
          if (!isConflict(cause)) throw cause
          if (await isStillOurs(bucket)) await giveBack()
        }
      }),
    }
  }

  return {
    holdMs,
    acquire: Effect.fnUntraced(function* (name) {
      const owner = yield* ownerId
      const token = yield* use("taking a lease", async (bucket) => {
        try {
          return await bucket.create(name, owner)
        } catch (cause) {
          if (isConflict(cause)) return null
          throw cause
        }
      })
      return token === null ? null : lease(name, owner, token)
    }),
  }
}

const ownerId = Effect.map(
  Effect.all([Random.nextIntBetween(0, 2 ** 31), Random.nextIntBetween(0, 2 ** 31)]),
  (numbers) => numbers.map((number) => number.toString(36)).join("-"),
)
