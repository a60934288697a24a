import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { periodOf } from "../../../src/services/budgets/period.ts"

const dayMs = 86_400_000

describe("the period of a moment", () => {
  test.each([
    ["day", "2026-12-31T23:59:59.999Z", { start: "2026-12-31", next: "2027-01-01" }],
    ["day", "2024-02-29T00:00:00.000Z", { start: "2024-02-29", next: "2024-03-01" }],
    ["week", "2026-11-23T00:00:00.000Z", { start: "2026-11-23", next: "2026-11-30" }],
    ["week", "2027-01-03T12:00:00.000Z", { start: "2026-12-28", next: "2027-01-04" }],
    ["month", "2026-12-15T00:00:00.000Z", { start: "2026-12-01", next: "2027-01-01" }],
  ] as const)("%s of %s", (per, at, period) => {
    expect(periodOf(per, Date.parse(at))).toEqual(period)
  })

  test("holds it, and the next one begins where it ends", () => {
    fc.assert(
      fc.property(fc.constantFrom("day", "week", "month"), fc.nat(4_000_000_000_000), (per, atMs) => {
        const { start, next } = periodOf(per, atMs)
        const [from, to] = [Date.parse(start), Date.parse(next)]

        expect(from).toBeLessThanOrEqual(atMs)
        expect(to).toBeGreaterThan(atMs)
        expect(periodOf(per, to).start).toBe(next)
        expect(periodOf(per, to - 1)).toEqual({ start, next })
        if (per !== "month") expect(to - from).toBe(per === "day" ? dayMs : 7 * dayMs)
        if (per === "week") expect(new Date(from).getUTCDay()).toBe(1)
      }),
    )
  })
})
