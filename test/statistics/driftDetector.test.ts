import { describe, expect, test } from "vitest"
import { type SeededRandom, seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { alarmed, alarmOf, type Detector, freshDetector, watch } from "../../src/statistics/driftDetector.ts"
import { medianDecision } from "./simulateEvidence.ts"

/** The number of observations up to the first alarm, at most `most`. */
const firstAlarm = (
  random: SeededRandom,
  from: Detector,
  { quality, most, averageRunLength }: { quality: number; most: number; averageRunLength: number },
): number => {
  let detector = from
  for (let n = 1; n <= most; n += 1) {
    detector = watch(detector, random.fraction() < quality ? 1 : 0, 0.95)
    if (alarmed(detector, averageRunLength)) return n
  }
  return most
}

describe("watching for drift", () => {
  test("raises no false alarm before as many observations as were asked for, on average", () => {
    const random = seededRandom(13)

    const lengths = Array.from({ length: 100 }, () =>
      firstAlarm(random, freshDetector, { quality: 0.95, most: 3000, averageRunLength: 500 }),
    )

    expect(lengths.reduce((sum, each) => sum + each, 0) / lengths.length).toBeGreaterThan(500)
    expect(Math.min(...lengths)).toBeLessThan(3000)
  })

  test("notices a drop by 0.20 within tens of observations, however long all was well", () => {
    const random = seededRandom(14)

    const delays = Array.from({ length: 100 }, () => {
      const well = Array.from({ length: 500 }, () => (random.fraction() < 0.95 ? 1 : 0))
      const before = well.reduce((detector, each) => watch(detector, each, 0.95), freshDetector)
      return firstAlarm(random, before, { quality: 0.75, most: 1000, averageRunLength: 10_000 })
    })

    expect(medianDecision(delays)).toBeLessThan(70)
    expect(Math.max(...delays)).toBeLessThan(300)
  })

  test("takes a rise for no drift", () => {
    const watched = Array.from({ length: 1000 }, () => 1).reduce(
      (detector, each) => watch(detector, each, 0.5),
      freshDetector,
    )

    expect(alarmOf(watched)).toBeLessThan(1)
    expect(alarmed(watched)).toBe(false)
  })

  test("survives storage, even where the mean was said to be 1", () => {
    const watched = watch(watch(freshDetector, 1, 1), 0.5, 1)

    expect(watched.n).toBe(2)
    expect(JSON.parse(JSON.stringify(watched))).toEqual(watched)
    expect(alarmOf(freshDetector)).toBe(1)
  })
})
