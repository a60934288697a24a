import { describe, expect, test } from "vitest"
import { seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { failsTooOften } from "../../src/statistics/failureRate.ts"
import { atMostFivePercent, medianDecision, shareDecided } from "./simulateEvidence.ts"

/** The number of tries after which failures are called too many, looking after each; null: never. */
const calledAfter = ({ rate, limit, seed }: { rate: number; limit: number; seed: number }) => {
  const random = seededRandom(seed)
  return Array.from({ length: 300 }, () => {
    let failures = 0
    for (let n = 1; n <= 400; n += 1) {
      failures += random.fraction() < rate ? 1 : 0
      if (failsTooOften({ failures, n }, limit)) return n
    }
    return null
  })
}

describe("a canary that is looked at after every try", () => {
  test.each([0.02, 0.1, 0.5])(
    "is called sick in at most 5 of 100 runs where it fails as often as allowed: %d",
    (limit) => {
      expect(shareDecided(calledAfter({ rate: limit, limit, seed: 15 }))).toBeLessThanOrEqual(atMostFivePercent(300))
    },
  )

  test("is called sick soon where it fails three times as often as allowed", () => {
    const called = calledAfter({ rate: 0.3, limit: 0.1, seed: 16 })

    expect(medianDecision(called)).toBeLessThan(40)
    expect(shareDecided(called)).toBe(1)
  })

  test("is never called sick for failing less often than allowed", () => {
    expect(failsTooOften({ failures: 0, n: 1000 }, 0.1)).toBe(false)
    expect(failsTooOften({ failures: 50, n: 1000 }, 0.1)).toBe(false)
  })

  test("is not judged before its first try, nor for one failure where some are allowed; where none is, the first is too many", () => {
    expect(failsTooOften({ failures: 0, n: 0 }, 0)).toBe(false)
    expect(failsTooOften({ failures: 1, n: 1 }, 0.1)).toBe(false)
    expect(failsTooOften({ failures: 0, n: 10 }, 0)).toBe(false)
    expect(failsTooOften({ failures: 1, n: 10 }, 0)).toBe(true)
    expect(failsTooOften({ failures: 10, n: 10 }, 1)).toBe(false)
  })
})
