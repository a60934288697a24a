import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Due, whyDue } from "../../../../src/services/optimization/queue/whyDue.ts"
import { hourMs } from "./aQueue.ts"

const dayMs = 24 * hourMs
const nothing: Due["signals"] = { reported: [], rowsThen: null, rowsNow: null }
const periods = { daily: dayMs, weekly: 7 * dayMs, monthly: 30 * dayMs } as const

describe.each(["daily", "weekly", "monthly"] as const)("%s", (frequency) => {
  const due = (lastAtMs: number | null, nowMs: number, signals = nothing) =>
    whyDue({ frequency, lastAtMs, nowMs, signals })

  test("is due when the period is over, and not before", () => {
    expect(due(5, 5 + periods[frequency] - 1)).toBeNull()
    expect(due(5, 5 + periods[frequency])).toBe("scheduled")
  })

  test("is due at once where it never was", () => {
    expect(due(null, 0)).toBe("scheduled")
  })

  test("does not go by signals", () => {
    expect(due(5, 6, { reported: ["drift"], rowsThen: 10, rowsNow: 1000 })).toBeNull()
  })
})

describe("adaptive", () => {
  const due = (signals: Partial<Due["signals"]>, lastAtMs: number | null = 0) =>
    whyDue({ frequency: "adaptive", lastAtMs, nowMs: 1000 * dayMs, signals: { ...nothing, ...signals } })

  test("is not due by time alone", () => {
    expect(due({})).toBeNull()
    expect(due({ rowsThen: 100, rowsNow: 100 })).toBeNull()
  })

  test("is due when something was reported, and says the graver of two", () => {
    expect(due({ reported: ["error_rate"] })).toBe("error_rate")
    expect(due({ reported: ["error_rate", "drift"] })).toBe("drift")
  })

  test("is due when the rows grew by a fifth, and not by less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 5_000 }), fc.integer({ min: 0, max: 10_000 }), (rowsThen, rowsNow) => {
        expect(due({ rowsThen, rowsNow })).toBe(rowsNow * 5 >= rowsThen * 6 ? "new_data" : null)
      }),
    )
  })

  test("is due for the first time when there is enough to learn from", () => {
    expect(due({ rowsNow: 9 }, null)).toBeNull()
    expect(due({ rowsNow: 10 }, null)).toBe("new_data")
  })

  test("is not due as long as it is not known how many rows there were", () => {
    expect(due({ rowsNow: 500 })).toBeNull()
    expect(due({ rowsThen: 10 })).toBeNull()
  })
})
