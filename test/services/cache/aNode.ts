import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { NatsSettings } from "../../../src/NatsSettings.ts"
import { diskTier } from "../../../src/services/cache/diskTier.ts"
import { Epochs } from "../../../src/services/cache/Epochs.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { memoryTier } from "../../../src/services/cache/memoryTier.ts"
import { readThrough } from "../../../src/services/cache/readThrough.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { natsFleet } from "../../../src/services/nats/natsFleet.ts"
import { Store } from "../../../src/services/store/Store.ts"

export interface NodeOptions {
  readonly url: string
  readonly directory: string
  readonly trustMs?: number
  readonly checkEveryMs?: number
}

/** One node with a cache of three tiers, by itself or in a process of its own. */
export const openNode = async ({ url, directory, trustMs = 60_000, checkEveryMs = 200 }: NodeOptions) => {
  const settings = Schema.decodeUnknownSync(NatsSettings)({ servers: [url] })
  const runtime = ManagedRuntime.make(
    Epochs.layer({ trustMs }).pipe(
      Layer.provideMerge(natsFleet({ checkEveryMs })),
      Layer.provideMerge(Nats.layer(settings, "test")),
      Layer.provideMerge(Store.layer(directory)),
      Layer.provideMerge(NodeServices.layer),
    ),
  )
  const opened = Effect.gen(function* () {
    yield* Effect.flatMap(Nats, ({ connected }) => connected)
    const epochs = yield* Epochs
    yield* epochs.ready
    const shared = (yield* Fleet).tier({ space: "THINGS", ttlMs: 3_600_000, maxBytes: 64 * 2 ** 20 })
    const cache = readThrough({
      name: "things",
      tiers: [
        memoryTier({ maxEntries: 10_000, maxBytes: 64 * 2 ** 20 }),
        diskTier(yield* Store, { space: "things", maxBytes: 64 * 2 ** 20 }),
        ...(shared === null ? [] : [shared]),
      ],
      epochs,
      absentMs: 1,
    })
    return { cache, epochs, nats: yield* Nats }
  })
  const { cache, epochs, nats } = await runtime.runPromise(opened)
  const put = (key: string, signatureHash: string, value: string) =>
    Effect.flatMap(epochs.current(signatureHash), (epoch) =>
      cache.put({ key, signatureHash }, { value, epoch, ttlMs: null }),
    )
  return {
    put: (key: string, signatureHash: string, value: string) => runtime.runPromise(put(key, signatureHash, value)),
    get: (key: string, signatureHash: string) => runtime.runPromise(cache.get({ key, signatureHash }, { fresh: true })),
    invalidate: (signatureHash: string) =>
      runtime.runPromise(Effect.andThen(epochs.bump(signatureHash), cache.invalidate(signatureHash))),
    report: () => runtime.runPromise(cache.report),
    status: () => runtime.runPromise(nats.status),
    close: () => runtime.dispose(),
  }
}

export type CacheNode = Awaited<ReturnType<typeof openNode>>
