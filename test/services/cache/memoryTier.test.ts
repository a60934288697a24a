import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { type MemoryLimits, memoryTier } from "../../../src/services/cache/memoryTier.ts"
import { anEntry, tierSuite } from "./tierSuite.ts"

const roomy: MemoryLimits = { maxEntries: 100, maxBytes: 1_000_000 }

describe("the memory tier", () => {
  tierSuite(
    async () => {
      let tier = memoryTier(roomy)
      return { tier: () => tier, restart: async () => void (tier = memoryTier(roomy)), survivesRestart: false }
    },
    { numRuns: 300 },
  )

  test("drops what was not asked for the longest when there are too many", async () => {
    const tier = memoryTier({ ...roomy, maxEntries: 2 })

    const found = await Effect.runPromise(
      Effect.gen(function* () {
        yield* tier.put(anEntry({ key: "a1" }))
        yield* tier.put(anEntry({ key: "a2" }))
        yield* tier.get(anEntry({ key: "a1" }))
        yield* tier.put(anEntry({ key: "a3" }))
        return yield* Effect.forEach(["a1", "a2", "a3"], (key) => tier.get(anEntry({ key })))
      }),
    )

    expect(found.map((entry) => entry?.key ?? null)).toEqual(["a1", null, "a3"])
  })

  test("drops entries until the rest fits, and keeps none that does not fit by itself", async () => {
    const tier = memoryTier({ ...roomy, maxBytes: 1000 })
    const sized = (key: string, length: number) => anEntry({ key, value: "x".repeat(length) })

    const found = await Effect.runPromise(
      Effect.gen(function* () {
        yield* tier.put(sized("a1", 200))
        yield* tier.put(sized("a2", 200))
        yield* tier.put(sized("a3", 200))
        yield* tier.put(sized("a4", 600))
        return yield* Effect.forEach(["a1", "a2", "a3", "a4"], (key) => tier.get(anEntry({ key })))
      }),
    )

    expect(found.map((entry) => entry?.key ?? null)).toEqual([null, "a2", "a3", null])
  })
})
