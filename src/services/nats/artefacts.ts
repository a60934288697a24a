import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CacheEntry } from "../cache/CacheEntry.ts"
import type { CacheError } from "../cache/CacheTier.ts"
import { type BucketSpec, ensureObjects } from "./ensureStreams.ts"
import { Nats } from "./Nats.ts"
import { readObject } from "./readObject.ts"
import { cacheErrorOf, shared, silent } from "./shared.ts"

/** What lies in the bucket in place of an entry that lies among the objects. */
const Reference = Schema.Struct({ object: Schema.String })

/** Entries that are too large for a message, each under a name of its own, so that one is never half another. */
export interface Artefacts {
  /** The entry that this value is or stands for; null where the object is gone. */
  readonly read: (value: string) => Effect.Effect<string | null, CacheError>
  /** Keeps an entry; gives what is to be put in its place. */
  readonly write: (entry: CacheEntry, text: string) => Effect.Effect<string, CacheError>
  /** Drops those whose signature's hash begins so. */
  readonly drop: (signatureHash: string) => Effect.Effect<void, CacheError>
}

export const artefacts = (nats: Nats["Service"], spec: Omit<BucketSpec, "history" | "maxValueBytes">): Artefacts => {
  const { use } = shared(nats, {
    open: Effect.provideService(ensureObjects(spec), Nats, nats),
    patienceMs,
  })
  return {
    read: Effect.fnUntraced(function* (value) {
      const reference = Option.getOrNull(decode(value))
      if (reference === null) return value
      const objects = yield* use("opening the large entries", async (opened) => opened)
      const bytes = yield* Effect.mapError(
        readObject(nats, "reading a large entry", { objects, name: reference.object }).pipe(
          Effect.timeoutOrElse({ duration: patienceMs, orElse: () => Effect.fail(silent("reading a large entry")) }),
        ),
        cacheErrorOf,
      )
      return bytes === null ? null : new TextDecoder().decode(bytes)
    }),
    write: ({ signatureHash, key, checksum }, text) => {
      const object = `${signatureHash}.${key}.${checksum}`
      return Effect.as(
        use("keeping a large entry", (objects) => objects.putBlob({ name: object }, new TextEncoder().encode(text))),
        JSON.stringify({ object }),
      )
    },
    drop: (signatureHash) =>
      nats
        .use("looking for large entries", ({ manager }) => manager.streams.info(`OBJ_${spec.bucket}`))
        .pipe(
          Effect.matchEffect({
            onFailure: () => Effect.void,
            onSuccess: () =>
              use("dropping large entries", async (objects) => {
                for (const { name, deleted } of await objects.list()) {
                  if (!deleted && name.startsWith(signatureHash)) await objects.delete(name)
                }
              }),
          }),
        ),
  }
}

const patienceMs = 30_000

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Reference))
