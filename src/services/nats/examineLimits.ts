import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { limitOf, type ModelLimit, type ModelLimits } from "../../ModelLimits.ts"
import { modelOfKey } from "../limits/modelKey.ts"
import { othersThan, type StatedLimit, statedLimits, statedPrefix } from "../limits/StatedLimit.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"

/** A model that nodes of the fleet have asked lately within other limits than those of this machine. */
export interface LimitDifference {
  readonly model: string
  /** Empty: none. */
  readonly here: ModelLimit
  readonly elsewhere: ReadonlyArray<StatedLimit>
}

/** Compares the limits of the settings with those that nodes have stated; the bucket is there. */
export const examineLimits = Effect.fnUntraced(function* (
  limits: ModelLimits,
): Effect.fn.Return<ReadonlyArray<LimitDifference>, NatsError, Nats> {
  const nowMs = yield* Clock.currentTimeMillis
  const nats = yield* Nats
  const texts = yield* nats.use("reading the limits of the fleet", async ({ buckets }) => {
    const bucket = await buckets.open("DOUBLETRACK_CALL_RATES", { allow_direct: false })
    const keys: Array<string> = []
    for await (const key of await bucket.keys()) if (key.startsWith(statedPrefix)) keys.push(key)
    return await Promise.all(keys.map(async (key) => [key, (await bucket.get(key))?.string() ?? null] as const))
  })
  return texts.flatMap(([key, text]) => {
    const model = modelOfKey(key.slice(statedPrefix.length))
    if (model === null) return []
    const here = limitOf(limits, model) ?? {}
    const elsewhere = othersThan(statedLimits(text, nowMs), here)
    return elsewhere.length === 0 ? [] : [{ model, here, elsewhere }]
  })
})
