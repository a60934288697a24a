import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { describe, expect, test } from "vitest"
import { sealed } from "../../../src/services/cache/CacheEntry.ts"
import { aKey, keeping, withCache } from "./aCache.ts"

const anEntry = (given: { readonly epoch?: number; readonly storedAtMs?: number; readonly value?: string } = {}) =>
  sealed({ ...aKey, epoch: 0, storedAtMs: 0, expiresAtMs: null, fence: 0, value: "v", ...given })

/** What is said on the log meanwhile. */
const said = () => {
  const lines: Array<string> = []
  const layer = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])
  return { lines, listening: <A, E>(effect: Effect.Effect<A, E>) => Effect.provide(effect, layer) }
}

describe("a get", () => {
  test("takes what the fastest tier has, and asks no other", async () => {
    const { found, gets } = await withCache(({ cache, disk, distributed }) =>
      Effect.gen(function* () {
        yield* cache.put(aKey, keeping("v"))
        return { found: yield* cache.get(aKey), gets: [disk.state.gets, distributed.state.gets] }
      }),
    )

    expect(found).toMatchObject({ _tag: "Hit", value: "v", tier: "memory" })
    expect(gets).toEqual([0, 0])
  })

  test("writes back to the faster tiers what a slower one has", async () => {
    const { first, second, written } = await withCache(({ cache, memory, disk, distributed }) =>
      Effect.gen(function* () {
        yield* distributed.tier.put(anEntry())
        const first = yield* cache.get(aKey)
        const written = yield* Effect.all([memory.has(aKey), disk.has(aKey)])
        return { first, written, second: yield* cache.get(aKey) }
      }),
    )

    expect(first).toMatchObject({ _tag: "Hit", tier: "distributed" })
    expect(written).toEqual([true, true])
    expect(second).toMatchObject({ _tag: "Hit", tier: "memory" })
  })

  test("looks once, however many ask at the same time, even if the first of them gives up", async () => {
    const { found, gets } = await withCache(({ cache, distributed }) =>
      Effect.gen(function* () {
        yield* distributed.tier.put(anEntry())
        const first = Effect.timeoutOption(cache.get(aKey), 0)
        const all = Effect.all([first, ...Array.from({ length: 20 }, () => cache.get(aKey))], {
          concurrency: "unbounded",
        })
        const [, ...found] = yield* all
        return { found, gets: distributed.state.gets }
      }),
    )

    expect(found.every((each) => "_tag" in each && each._tag === "Hit")).toBe(true)
    expect(gets).toBe(1)
  })

  test("remembers for a moment that there is nothing, unless it is asked to look or something is put", async () => {
    const gets = await withCache(({ cache, distributed, advance }) =>
      Effect.gen(function* () {
        const counts: Array<number> = []
        const counted = (effect: Effect.Effect<unknown>) =>
          Effect.andThen(
            effect,
            Effect.sync(() => void counts.push(distributed.state.gets)),
          )
        yield* counted(cache.get(aKey))
        yield* counted(cache.get(aKey))
        yield* counted(cache.get(aKey, { fresh: true }))
        advance(1000)
        yield* counted(cache.get(aKey))
        advance(2000)
        yield* counted(cache.get(aKey))
        yield* cache.put(aKey, keeping("v"))
        expect(yield* cache.get(aKey)).toMatchObject({ _tag: "Hit" })
        return counts
      }),
    )

    expect(gets).toEqual([1, 1, 2, 2, 3])
  })

  test("does not remember that there is nothing where a tier could not be asked", async () => {
    const found = await withCache(({ cache, distributed }) =>
      Effect.gen(function* () {
        distributed.state.broken = "away"
        yield* cache.get(aKey)
        distributed.state.broken = null
        yield* distributed.tier.put(anEntry())
        return yield* cache.get(aKey)
      }),
    )

    expect(found).toMatchObject({ _tag: "Hit", tier: "distributed" })
  })

  test("counts hits by tier, misses, and the age of what was served", async () => {
    const report = await withCache(({ cache, advance }) =>
      Effect.gen(function* () {
        yield* cache.get(aKey)
        yield* cache.get(aKey)
        yield* cache.put(aKey, keeping("v"))
        advance(3000)
        yield* cache.get(aKey)
        return yield* cache.report
      }),
    )

    expect(report).toMatchObject({
      cache: "things",
      hits: { memory: 1, disk: 0, distributed: 0 },
      misses: 2,
      remembered: 1,
      stored: 1,
    })
    expect(report.ageMs?.oldest).toBeGreaterThanOrEqual(3000)
  })
})

describe("what was invalidated", () => {
  test("is a miss wherever it lies, and what is made anew is a hit", async () => {
    const { stale, fresh, report } = await withCache(({ cache, epochs, memory, disk, distributed }) =>
      Effect.gen(function* () {
        yield* cache.put(aKey, keeping("old"))
        yield* epochs.bump("aa")
        const stale = yield* cache.get(aKey)
        expect(yield* Effect.all([memory.has(aKey), disk.has(aKey), distributed.has(aKey)])).toContain(true)
        if (stale._tag === "Miss") yield* cache.put(aKey, keeping("new", { epoch: stale.epoch }))
        return { stale, fresh: yield* cache.get(aKey), report: yield* cache.report }
      }),
    )

    expect(stale._tag).toBe("Miss")
    expect(fresh).toMatchObject({ _tag: "Hit", value: "new" })
    expect(report.stale).toBeGreaterThan(0)
  })

  test("is not kept when its making had begun before", async () => {
    const { kept, found, report } = await withCache(({ cache, epochs }) =>
      Effect.gen(function* () {
        const before = yield* cache.get(aKey)
        yield* epochs.bump("aa")
        const kept = before._tag === "Miss" && (yield* cache.put(aKey, keeping("old", { epoch: before.epoch })))
        return { kept, found: yield* cache.get(aKey), report: yield* cache.report }
      }),
    )

    expect([kept, found._tag, report.refused]).toEqual([false, "Miss", 1])
  })

  test("on another node is a miss as soon as it is heard of, and before where the fleet can be asked", async () => {
    const { heard, asked } = await withCache(({ cache, fleet, distributed }) =>
      Effect.gen(function* () {
        yield* cache.put(aKey, keeping("old"))
        yield* fleet.tell("epoch.aa", "1000")
        const heard = yield* cache.get(aKey, { fresh: true })
        const other = { key: "k2", signatureHash: "bb" }
        yield* distributed.tier.put(sealed({ ...anEntry(), ...other }))
        fleet.held.set("epoch.bb", "1000")
        return { heard, asked: yield* cache.get(other) }
      }),
    )

    expect([heard._tag, asked._tag]).toEqual(["Miss", "Miss"])
  })

  test("is not served from the fleet while nobody can say whether it is", async () => {
    const { away, back } = await withCache(({ cache, fleet, distributed }) =>
      Effect.gen(function* () {
        yield* distributed.tier.put(anEntry())
        fleet.reach("no")
        const away = yield* cache.get(aKey, { fresh: true })
        fleet.reach("yes")
        return { away, back: yield* cache.get(aKey, { fresh: true }) }
      }),
    )

    expect([away._tag, back._tag]).toEqual(["Miss", "Hit"])
  })

  test("is known from an entry that was made after it", async () => {
    const { served, stale } = await withCache(({ cache, distributed }) =>
      Effect.gen(function* () {
        const other = { key: "k2", signatureHash: "aa" }
        yield* cache.put(other, keeping("old"))
        yield* distributed.tier.put(anEntry({ epoch: 500, value: "new" }))
        return { served: yield* cache.get(aKey), stale: yield* cache.get(other) }
      }),
    )

    expect(served).toMatchObject({ value: "new" })
    expect(stale._tag).toBe("Miss")
  })
})

describe("while the fleet is away", () => {
  test("entries of this machine are served for a while, and then not any more", async () => {
    const startedAtMs = Date.now()

    const found = await withCache(
      ({ cache, distributed, advance }) =>
        Effect.gen(function* () {
          yield* cache.put(aKey, keeping("v"))
          distributed.state.broken = "away"
          advance(50_000)
          const before = yield* cache.get(aKey)
          advance(20_000)
          return [before._tag, (yield* cache.get(aKey))._tag]
        }),
      { confirmed: () => startedAtMs, trustMs: 60_000 },
    )

    expect(found).toEqual(["Hit", "Miss"])
  })
})

describe("a tier that cannot be used", () => {
  test.each(["unavailable", "full"] as const)("is done without when it is %s, and said once", async (reason) => {
    const { lines, listening } = said()

    const found = await withCache(({ cache, disk }) =>
      listening(
        Effect.gen(function* () {
          disk.state.broken = reason
          for (let index = 0; index < 5; index++) {
            yield* cache.put({ ...aKey, key: `k${index}` }, keeping("v"))
            yield* cache.get({ ...aKey, key: `none${index}` })
          }
          return yield* cache.get({ ...aKey, key: "k3" })
        }),
      ),
    )

    expect(found).toMatchObject({ _tag: "Hit", tier: "memory" })
    expect(lines).toEqual(["The disk tier of the cache of things cannot be used. it is broken"])
  })

  test("is a miss where an entry in it is damaged, which is reported and counted, and is repaired by the next put", async () => {
    const { lines, listening } = said()

    const { found, report } = await withCache(({ cache, disk, distributed }) =>
      listening(
        Effect.gen(function* () {
          disk.state.broken = "damaged"
          yield* distributed.tier.put(anEntry())
          return { found: yield* cache.get(aKey), report: yield* cache.report }
        }),
      ),
    )

    expect(found).toMatchObject({ _tag: "Hit", tier: "distributed" })
    expect(report.damaged).toBeGreaterThan(0)
    expect(lines).toHaveLength(1)
  })
})
