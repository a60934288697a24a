import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { metricNames } from "../../../src/services/metrics/metricOf.ts"
import { squadTokens } from "../../../src/services/metrics/normalized.ts"
import { defaultMetric, stepMetricName } from "../../../src/services/metrics/stepMetricName.ts"
import type { Signature } from "../../../src/Signature.ts"
import { answers, score, scoreText } from "./score.ts"

const several: Signature = {
  ...answers,
  outputs: [
    { name: "city", type: "string" },
    { name: "tags", type: "array", optional: true },
    { name: "size", type: "integer" },
  ],
}

describe("every metric", () => {
  const texts = fc.string({ minLength: 1, unit: "grapheme" })

  test.each(["exact_match", "contains", "f1", "json_fields"])("%s gives 1 to what was expected", async (name) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await scoreText(name, text, text)).toBe(1)
      }),
      { numRuns: 50 },
    )
  })

  test.each(["exact_match", "contains", "f1", "numeric", "json_fields", "json_schema", "regex:a"])(
    "%s stays within [0, 1] and says what was wrong below 1",
    async (name) => {
      await fc.assert(
        fc.asyncProperty(texts, texts, async (expected, actual) => {
          const { score: value, feedback } = await score(name, {
            expected: { answer: expected },
            actual: { answer: actual },
          })
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
          expect(value === 1 || feedback !== undefined).toBe(true)
        }),
        { numRuns: 50 },
      )
    },
  )

  test("gives 0 and says so where there is no answer", async () => {
    for (const name of ["exact_match", "contains", "f1", "numeric", "json_fields"]) {
      expect(await score(name, { expected: { answer: "1" }, actual: {} })).toEqual({
        score: 0,
        feedback: 'answer: expected "1", got nothing',
      })
    }
  })
})

describe("exact_match", () => {
  test.each([
    ["refund", " refund\n", 1],
    ["Zoë", "Zoe\u0308", 1],
    ["refund", "Refund", 0],
    ["18", 18, 1],
    [18, "18.5", 0],
  ])("of %j and %j is %d", async (expected, actual, value) => {
    expect(await scoreText("exact_match", expected, actual)).toBe(value)
    expect(await scoreText("accuracy", expected, actual)).toBe(value)
  })

  test("wants every output that the row names, and no others", async () => {
    const expected = { city: "Rome", size: 2 }

    const right = await score("exact_match", { expected, actual: { ...expected, tags: ["x"] } })
    const half = await score("exact_match", { expected, actual: { city: "Rome", size: 3 } })

    expect(right).toEqual({ score: 1 })
    expect(half).toEqual({ score: 0, feedback: "size: expected 2, got 3" })
  })
})

describe("f1", () => {
  test.each([
    ["The cat sat.", "a cat, sat", 1],
    ["cat sat", "cat ran", 0.5],
    ["the", "a", 1],
    ["cat", "the", 0],
    ["to be or not to be", "to be", 0.5],
    ["don't", "dont", 1],
    ["theatre an", "theatre", 1],
  ])("of %j and %j is %d, by the rules of SQuAD", async (expected, actual, value) => {
    expect(await scoreText("f1", expected, actual)).toBeCloseTo(value, 12)
    expect(await scoreText("f1_score", expected, actual)).toBeCloseTo(value, 12)
  })

  test("does not depend on which text is the expected one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.lorem(), fc.lorem(), async (a, b) => {
        expect(await scoreText("f1", a, b)).toBeCloseTo(await scoreText("f1", b, a), 12)
      }),
      { numRuns: 50 },
    )
  })

  test("splits at white space alone", () => {
    expect(squadTokens("The Wren-daypack,\n an apple")).toEqual(["wrendaypack", "apple"])
  })
})

describe("numeric", () => {
  test.each([
    ["numeric", 18, "She makes 9 * 2 = $18 a day.", 1],
    ["numeric", "18", "18.0", 1],
    ["numeric", "1234.5", "about 1,234.50", 1],
    ["numeric", "-3", "−3", 1],
    ["numeric", 18, "17", 0],
    ["numeric", 18, "no idea", 0],
    ["numeric:0.1", 100, 109, 1],
    ["numeric:0.1", 100, 111, 0],
  ])("%s of %j and %j is %d", async (name, expected, actual, value) => {
    expect(await scoreText(name, expected, actual)).toBe(value)
  })
})

test("contains looks for the expected text, whatever its case", async () => {
  expect(await scoreText("contains", "Paris", "It is PARIS, of course")).toBe(1)
  expect(await scoreText("contains", "Paris", "It is Rome")).toBe(0)
})

describe("json_fields", () => {
  test("is F1 over the values inside, lists in any order", async () => {
    const expected = { city: "Rome", tags: ["a", "b"], size: 2 }

    const reordered = await score("json_fields", { expected, actual: { ...expected, tags: ["b", "a"] } })
    const partly = await score("json_fields", { expected, actual: { city: "Oslo", tags: ["a"], size: 2 } })

    expect(reordered).toEqual({ score: 1 })
    expect(partly.score).toBeCloseTo((2 * 2) / (4 + 3))
    expect(partly.feedback).toBe('city: expected "Rome", got "Oslo"\ntags: expected ["a","b"], got ["a"]')
  })

  test("does not hold an output against an answer that the row says nothing about", async () => {
    expect(await score("json_fields", { expected: { size: 2 }, actual: { size: 2, city: "Rome" } })).toEqual({
      score: 1,
    })
  })

  test("counts what was invented inside an object", async () => {
    const { score: value } = await score("json_fields", {
      expected: { answer: { a: 1 } },
      actual: { answer: { a: 1, b: 2 } },
    })

    expect(value).toBeCloseTo(2 / 3)
  })
})

test("json_schema asks whether an answer has its types, not whether it is right", async () => {
  const of = (actual: { [name: string]: string | number | Array<string> }) =>
    score("json_schema", { expected: { city: "Rome" }, actual, signature: several })

  expect(await of({ city: "anything", size: 1 })).toEqual({ score: 1 })
  expect(await of({ city: "Rome", size: 1.5, tags: "x" })).toEqual({
    score: 0,
    feedback: '"tags" is to be a JSON array, not "x"\n"size" is to be one whole number, not 1.5',
  })
  expect((await of({ size: 1 })).feedback).toBe('"city" is missing')
})

describe("regex", () => {
  test("takes its pattern from the name, else from the row", async () => {
    expect(await scoreText("regex:^LO-\\d{5}$", "x", "LO-12345")).toBe(1)
    expect(await scoreText("regex:^LO-\\d{5}$", "x", "LO-1234")).toBe(0)
    expect(await scoreText("regex", "^[A-Z]{2}", "LO-1")).toBe(1)
  })

  test("names a pattern that is none", async () => {
    await expect(scoreText("regex:(", "x", "y")).rejects.toThrow(/^metric regex: /)
  })
})

describe("the metric of a step", () => {
  const of = (outputs: Signature["outputs"]) => defaultMetric({ ...answers, outputs })

  test("suits its outputs where nothing is said", () => {
    expect(of([{ name: "a", type: "enum", values: ["x"] }])).toBe("exact_match")
    expect(of([{ name: "a", type: "boolean" }])).toBe("exact_match")
    expect(of([{ name: "a", type: "number" }])).toBe("exact_match")
    expect(of([{ name: "a", type: "string" }])).toBe("f1")
    expect(of([{ name: "a", type: "object" }])).toBe("json_fields")
    expect(of(several.outputs)).toBe("json_fields")
  })

  test("is what the step says, else what the workflow says", () => {
    const step = { name: "s", type: "claude" }
    const workflow = { name: "w", steps: [step] as const, dspy_config: { evaluation_metric: "contains" } }

    expect(stepMetricName(workflow, { ...step, dspy_config: { evaluation_metric: "numeric" } }, answers)).toBe(
      "numeric",
    )
    expect(stepMetricName(workflow, step, answers)).toBe("contains")
  })
})

test("a name that is no metric is refused with a suggestion and the list", async () => {
  await expect(scoreText("exact_mach", "a", "a")).rejects.toThrow(
    `there is no metric "exact_mach". Did you mean "exact_match"? The metrics are ${metricNames.join(", ")}`,
  )
  await expect(scoreText("numeric:much", "1", "1")).rejects.toThrow('"much" is no tolerance')
})
