import fc from "fast-check"
import { expect, test } from "vitest"
import { type Latest, latestOf, latestValues, noLatest, setLatest } from "../../src/streams/Latest.ts"

const keys = ["a", "b", "c", "d", "e", "f"] as const
const sets = fc.array(fc.tuple(fc.constantFrom(...keys), fc.integer()), { maxLength: 40 })

test("the keys set last are kept, each with its last value", () => {
  fc.assert(
    fc.property(sets, (all) => {
      const latest = all.reduce<Latest<number>>((before, [key, value]) => setLatest(before, key, value, 3), noLatest)

      const kept = [...new Set(all.map(([key]) => key).toReversed())].slice(0, 3)
      const valueOf = (key: (typeof keys)[number]) => all.findLast(([each]) => each === key)![1]
      expect(latestValues(latest).toSorted()).toEqual(kept.map(valueOf).toSorted())
      for (const key of keys) expect(latestOf(latest, key)).toBe(kept.includes(key) ? valueOf(key) : undefined)
    }),
  )
})

test("what it came from stays as it was", () => {
  const before = setLatest(noLatest, "a", 1, 1)

  setLatest(before, "b", 2, 1)

  expect(latestValues(before)).toEqual([1])
})
