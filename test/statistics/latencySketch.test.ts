import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { addToSketch, emptySketch, mergeSketches, quantileOf } from "../../src/statistics/latencySketch.ts"

const latency = fc.oneof(
  fc.constantFrom(0, 1, 250),
  fc.double({ min: -7, max: 14, noNaN: true }).map((power) => Math.exp(power)),
)
const latencies = fc.array(latency, { minLength: 1, maxLength: 100 })
const shares = fc.double({ min: 0, max: 1, noNaN: true })

const sketchOf = (values: ReadonlyArray<number>) => values.reduce(addToSketch, emptySketch)
const binsIn = ({ pages }: ReturnType<typeof sketchOf>) => pages.reduce((sum, [, counts]) => sum + counts.length, 0)

describe("a sketch of latencies", () => {
  test("knows every quantile to 1 %", () => {
    fc.assert(
      fc.property(latencies, shares, (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]!
        const known = quantileOf(sketchOf(values), share)!

        expect(Math.abs(known - exact)).toBeLessThanOrEqual(0.01 * exact * (1 + 1e-9))
      }),
    )
  })

  test("is the same in whatever order and whatever parts the values came in", () => {
    fc.assert(
      fc.property(latencies, latencies, (early, late) => {
        const whole = sketchOf([...early, ...late])

        expect(sketchOf([...late, ...early].toReversed())).toEqual(whole)
        expect(mergeSketches(sketchOf(early), sketchOf(late))).toEqual(whole)
        expect(JSON.parse(JSON.stringify(whole))).toEqual(whole)
      }),
    )
  })

  test("stays small by telling the lowest values apart no more, in whatever order they came", () => {
    const values = Array.from({ length: 3000 }, (_, index) => 1.02 ** (index - 1500))

    const sketch = sketchOf(values)

    expect(binsIn(sketch)).toBeLessThanOrEqual(2048)
    expect(sketchOf(values.toReversed())).toEqual(sketch)
    expect(mergeSketches(sketchOf(values.slice(0, 2000)), sketchOf(values.slice(2000)))).toEqual(sketch)
    expect(Math.abs(quantileOf(sketch, 0.5)! / values[1499]! - 1)).toBeLessThanOrEqual(0.011)
    expect(quantileOf(sketch, 0)!).toBeGreaterThan(values[0]!)
  })

  test("leaves what it came from as it was", () => {
    const before = sketchOf([100, 200])

    addToSketch(before, 100)

    expect(before).toEqual(sketchOf([200, 100]))
    expect(quantileOf(before, 1)).toBeCloseTo(200, -1)
  })

  test("knows nothing of no values, and 0 of zeros", () => {
    expect(quantileOf(emptySketch, 0.5)).toBeNull()
    expect(quantileOf(sketchOf([0, 0, 5]), 0.5)).toBe(0)
  })
})
