import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { expect, test } from "vitest"
import type { CacheTier } from "../../../src/services/cache/CacheTier.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { fleetOn } from "./fleetOn.ts"
import { anEntry, tierSuite } from "./tierSuite.ts"

const options = { space: "TEST", ttlMs: 3_600_000, maxBytes: 16 * 2 ** 20 }

const backSoon = Schedule.spaced("50 millis")

const tierOn = async (url: string, given: Partial<typeof options> = {}) => {
  const { fleet, close } = await fleetOn(url)
  const tier = fleet.tier({ ...options, ...given })
  if (tier === null) throw new Error("no tier")
  return { tier, close }
}

describeWithNats("the distributed tier", () => {
  tierSuite(
    async () => {
      const { url } = await natsServer()
      let node = await tierOn(url)
      return {
        tier: (): CacheTier => node.tier,
        restart: async () => {
          await node.close()
          node = await tierOn(url)
        },
        survivesRestart: true,
      }
    },
    { numRuns: 50 },
  )

  test("keeps an entry that is larger than a message may be, and drops it with its signature", async () => {
    const { url, client } = await natsServer()
    const [one, other] = [await tierOn(url), await tierOn(url)]
    const value = JSON.stringify("artefact ".repeat(300_000))

    const [seen, gone] = await Effect.runPromise(
      Effect.gen(function* () {
        yield* one.tier.put(anEntry({ value }))
        const seen = yield* other.tier.get(anEntry({}))
        yield* other.tier.invalidate("aa")
        return [seen, yield* one.tier.get(anEntry({}))]
      }),
    )

    expect(value.length).toBeGreaterThan((await client()).info?.max_payload ?? 0)
    expect(seen?.value).toBe(value)
    expect(gone).toBeNull()
  })

  test("makes room where it is full", async () => {
    const { url } = await natsServer()
    const { tier } = await tierOn(url, { maxBytes: 500_000 })
    const keys = Array.from({ length: 30 }, (_, index) => `a${index}`)

    const found = await Effect.runPromise(
      Effect.gen(function* () {
        for (const key of keys) yield* tier.put(anEntry({ key, value: "x".repeat(50_000) }))
        return yield* Effect.forEach(keys, (key) => tier.get(anEntry({ key })))
      }),
    )

    expect(found.at(-1)?.key).toBe("a29")
    expect(found[0]).toBeNull()
  })

  test("says that an entry is damaged when somebody else wrote it", async () => {
    const server = await natsServer()
    const { tier } = await tierOn(server.url)
    await Effect.runPromise(tier.put(anEntry({})))
    const client = await server.client()
    client.publish("$KV.DOUBLETRACK_TEST.aa.a1", JSON.stringify({ ...anEntry({}), value: "forged" }))
    await client.flush()

    const error = await Effect.runPromise(Effect.flip(tier.get(anEntry({}))))

    expect(error.reason).toBe("damaged")
  })

  test("fails soon while the server is away, and works when it is back", async () => {
    const server = await natsServer()
    const { tier } = await tierOn(server.url)
    await Effect.runPromise(tier.put(anEntry({ value: '"kept"' })))
    await server.kill()

    const error = await Effect.runPromise(Effect.flip(tier.get(anEntry({}))))
    await server.start()
    const found = await Effect.runPromise(Effect.retry(tier.get(anEntry({})), { times: 200, schedule: backSoon }))

    expect(error.reason).toBe("away")
    expect(found?.value).toBe('"kept"')
  })
})
