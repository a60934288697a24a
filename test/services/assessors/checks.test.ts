import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { QualityCheck } from "../../../src/QualityCheck.ts"
import { givenAssessors, judgedBy, qualityOf, triage } from "./assess.ts"

type Case = readonly [check: QualityCheck, text: string, quality: number]

const words = (count: number): string => Array.from({ length: count }, () => "word").join(" ")

describe("pattern", () => {
  it.effect.each<Case>([
    [{ pattern: "^LO-\\d{5}$" }, "LO-12345\n", 1],
    [{ pattern: "^LO-\\d{5}$" }, "LO-1234", 0],
    [{ pattern: "(?i)refund" }, "A REFUND is due", 1],
  ])("%j of %j is %d", ([check, text, quality]) =>
    Effect.map(qualityOf(check, text), (found) => expect(found).toBe(quality)),
  )
})

describe("keywords", () => {
  it.effect.each<Case>([
    [{ keywords: ["refund", "days"] }, "Your Refund takes five DAYS.", 1],
    [{ keywords: ["refund", "days"] }, "Refunded.", 0.5],
    [{ keywords: ["refund", "days"] }, "No.", 0],
    [{ keywords: ["refund", "days"], match: "any" }, "Refunded.", 1],
    [{ keywords: ["refund", "days"], match: "any" }, "No.", 0],
    [{ keywords: ["five days", "Zoë"] }, "Zoe\u0308 waits five\n  days.", 1],
  ])("%j of %j is %d", ([check, text, quality]) =>
    Effect.map(qualityOf(check, text), (found) => expect(found).toBe(quality)),
  )
})

describe("length", () => {
  it.effect.each<Case>([
    [{ length: { min: 4, max: 8 } }, words(4), 1],
    [{ length: { min: 4, max: 8 } }, words(8), 1],
    [{ length: { min: 4, max: 8 } }, words(3), 0.5],
    [{ length: { min: 4, max: 8 } }, words(2), 0],
    [{ length: { min: 4, max: 8 } }, "", 0],
    [{ length: { min: 4, max: 8 } }, words(10), 0.75],
    [{ length: { min: 4, max: 8 } }, words(16), 0],
    [{ length: { min: 4, max: 8 } }, words(99), 0],
    [{ length: { min: 1 } }, words(9), 1],
    [{ length: { max: 4, unit: "characters" } }, " 🙂🙂🙂🙂\n", 1],
    [{ length: { max: 4, unit: "characters" } }, "123456", 0.5],
  ])("%j of %j is %d", ([check, text, quality]) =>
    Effect.map(qualityOf(check, text), (found) => expect(found).toBe(quality)),
  )

  it.effect("never rises as an answer gets longer than wanted, nor as it gets shorter", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors()
      const task = judgedBy([{ length: { min: 10, max: 20 } }])

      const qualities = yield* Effect.forEach(
        Array.from({ length: 50 }, (_, count) => count),
        (count) => Effect.map(assess(task, words(count)), (assessment) => assessment?.quality ?? Number.NaN),
      )

      const rising = qualities.slice(0, 11)
      const falling = qualities.slice(20)
      expect(rising).toEqual(rising.toSorted((a, b) => a - b))
      expect(falling).toEqual(falling.toSorted((a, b) => b - a))
      expect(qualities.slice(10, 21).every((quality) => quality === 1)).toBe(true)
    }),
  )
})

describe("similarity", () => {
  const reference = (text: string, value: string) =>
    Effect.gen(function* () {
      const { assess, logged } = yield* givenAssessors()
      const task = judgedBy([{ similarity: "{{inputs.reference}}" }], {}, { scope: { inputs: { reference: value } } })
      return { assessment: yield* assess(task, text), logged }
    })

  it.effect("is token F1 with the reference that the run was given", () =>
    Effect.gen(function* () {
      expect((yield* reference("The cat sat.", "a cat, sat")).assessment?.quality).toBe(1)
      expect((yield* reference("cat ran", "cat sat")).assessment).toMatchObject({
        quality: 0.5,
        notes: ["similarity: 50 % like the reference"],
      })
    }),
  )

  it.effect("says nothing about an answer where there is no reference, and says that once", () =>
    Effect.gen(function* () {
      const { assess, logged } = yield* givenAssessors()
      const task = judgedBy([{ similarity: "{{inputs.reference}}" }])

      expect(yield* assess(task, "one")).toBeNull()
      expect(yield* assess(task, "two")).toBeNull()

      expect(logged).toHaveLength(1)
      expect(logged[0]).toContain('Warn: Step "draft": its answers cannot be judged. similarity: {{inputs.reference}}')
      expect((yield* reference("x", " ")).logged).toEqual([
        'Warn: Step "draft": its answers cannot be judged. similarity: the reference {{inputs.reference}} is empty',
      ])
    }),
  )
})

describe("schema", () => {
  const schemaQuality = (text: string) =>
    Effect.flatMap(givenAssessors(), ({ assess }) => assess(judgedBy(["schema"], { signature: triage }), text))

  it.effect("is 1 where every output is as the signature wants it, and optional ones may be absent", () =>
    Effect.gen(function* () {
      expect(yield* schemaQuality('{"intent": "refund", "urgency": 2}')).toMatchObject({ quality: 1, notes: [] })
    }),
  )

  it.effect("is else the share of outputs that are, and says what is wrong with the others", () =>
    Effect.gen(function* () {
      const assessment = yield* schemaQuality('{"intent": "refnd", "order_number": "LO-1", "urgency": 1.5}')

      expect(assessment).toMatchObject({ quality: 1 / 3 })
      expect(assessment?.notes).toEqual([
        'schema: "refnd" is no label of "intent", which is one of: refund; cancel; did you mean "refund"?; "urgency" is to be one whole number, not 1.5',
      ])
    }),
  )

  it.effect("is the share of the optional ones where nothing can be read", () =>
    Effect.gen(function* () {
      expect(yield* schemaQuality("no idea")).toMatchObject({
        quality: 1 / 3,
        notes: ['schema: "intent" is missing; "urgency" is missing'],
      })
    }),
  )

  it.effect("holds structures against their JSON Schema", () =>
    Effect.gen(function* () {
      const list = { name: "tags", type: "array", schema: { type: "array", maxItems: 1 } } as const
      const step = { signature: { ...triage, outputs: [list] as const } }

      expect(yield* qualityOf("schema", '{"tags": ["a"]}', step)).toBe(1)
      expect(yield* qualityOf("schema", '{"tags": ["a", "b"]}', step)).toBe(0)
    }),
  )
})

describe("a check of a field", () => {
  const check: QualityCheck = { pattern: "^LO-\\d{5}$", field: "order_number" }

  it.effect("looks at that output, as the executor read it or as it stands in the text", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors()
      const task = judgedBy([check], { signature: triage })

      const given = yield* assess(task, { text: "?", outputs: { order_number: "LO-12345" } }, "optimized")
      const read = yield* assess(task, '{"intent": "refund", "order_number": "LO-12345", "urgency": 1}')
      const wrong = yield* assess(task, { text: "LO-12345", outputs: { order_number: "LO-1" } })

      expect([given?.quality, read?.quality]).toEqual([1, 1])
      expect(wrong).toMatchObject({ quality: 0, notes: ["pattern of order_number: no match of ^LO-\\d{5}$"] })
    }),
  )

  it.effect("is 0 where the answer lacks it", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors()
      const task = judgedBy([{ ...check, pattern: ".*" }], { signature: triage })

      expect(yield* assess(task, "LO-12345")).toMatchObject({
        quality: 0,
        notes: ["pattern of order_number: nothing is there"],
      })
      expect(yield* assess(task, { text: "", outputs: { order_number: null } })).toMatchObject({ quality: 0 })
    }),
  )

  it.effect("looks into the result of a step without a signature", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors()

      const assessment = yield* assess(judgedBy([{ keywords: ["b"], field: "tags" }]), { text: "", tags: ["a", "b"] })

      expect(assessment?.quality).toBe(1)
    }),
  )
})

describe("the quality of an answer", () => {
  it.effect("is the weighted mean of its checks, with a note of each that it fell short of", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors()
      const task = judgedBy([
        { pattern: "refund", weight: 3 },
        { keywords: ["refund", "sorry"] },
        { length: { max: 1 } },
      ])

      const assessment = yield* assess(task, "A refund.")

      expect(assessment).toEqual({
        quality: (3 * 1 + 0.5 + 0) / 5,
        usage: { tokens: { input: 0, output: 0 }, costUsd: 0 },
        notes: ["keywords: missing: sorry", "length: 2 words, at most 1 are wanted"],
      })
    }),
  )

  it.effect("lies in [0, 1], whatever the checks and the answer", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors()
      const text = fc.string({ unit: "grapheme", maxLength: 40 })
      const word = text.filter((each) => each !== "")
      const weight = fc.constantFrom(1e-9, 0.1, 1 / 3, 1, 7, 1000)
      const count = fc.nat(30)
      const check: fc.Arbitrary<QualityCheck> = fc.oneof(
        fc.constant("schema" as const),
        fc.record({ pattern: fc.constantFrom("a", "^$", "\\d+", "."), weight }),
        fc.record({
          keywords: fc.tuple(word, word),
          match: fc.constantFrom("all", "any"),
          weight,
        }),
        fc.record({
          length: fc.record({ min: count, max: count, unit: fc.constantFrom("words", "characters") }),
          weight,
        }),
        fc.record({ similarity: word.filter((each) => each.trim() !== "" && !/[{}]/.test(each)), weight }),
      )
      const answer = fc.oneof(
        text.map((each) => ({ text: each })),
        fc
          .dictionary(fc.constantFrom("intent", "urgency", "order_number"), fc.jsonValue({ maxDepth: 1 }))
          .map((outputs) => ({ text: "", outputs: JSON.parse(JSON.stringify(outputs)) })),
      )

      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(fc.array(check, { minLength: 1, maxLength: 4 }), answer, async (quality, result) => {
            const assessment = await Effect.runPromise(assess(judgedBy(quality, { signature: triage }), result))

            expect(assessment?.quality).toBeGreaterThanOrEqual(0)
            expect(assessment?.quality).toBeLessThanOrEqual(1)
          }),
          { numRuns: 200 },
        ),
      )
    }),
  )

  it.effect("is none where nothing judges, and where people will", () =>
    Effect.gen(function* () {
      const { assess, of, logged } = yield* givenAssessors()

      for (const task of [judgedBy([]), judgedBy(["feedback"])]) expect(yield* assess(task, "x")).toBeNull()
      expect(logged).toEqual([])
      expect(of(judgedBy([]).step)).toBeNull()
      expect(of({ name: "a", type: "claude" })).toBeNull()
      expect(of(judgedBy(["feedback"]).step)).toEqual({
        label: expect.stringMatching(/^feedback@[0-9a-f]{8}$/),
        delayed: true,
      })
    }),
  )
})

describe("the label of what judges a step", () => {
  const labels = (checks: ReadonlyArray<ReadonlyArray<QualityCheck>>) =>
    Effect.map(givenAssessors(), ({ of }) => checks.map((quality) => of(judgedBy(quality).step)?.label))

  it.effect("names the kinds of checks and changes with every setting", () =>
    Effect.gen(function* () {
      const [first, ...others] = yield* labels([
        ["schema", { keywords: ["a"] }, { keywords: ["b"] }],
        ["schema", { keywords: ["a"] }, { keywords: ["c"] }],
        ["schema", { keywords: ["a"], weight: 2 }, { keywords: ["b"] }],
        ["schema", { keywords: ["a"], match: "any" }, { keywords: ["b"] }],
        ["schema", { keywords: ["a"], field: "f" }, { keywords: ["b"] }],
        ["schema", { pattern: "a" }],
        [{ assess: "./a.ts" }],
        [{ assess: "./b.ts" }],
        ["llm_judge"],
        [{ llm_judge: { rubric: "Be kind." } }],
        [{ llm_judge: { model: "openai/gpt-5-mini" } }],
        [{ length: { min: 1 } }],
        [{ length: { max: 1 } }],
      ])

      expect(first).toMatch(/^schema\+keywords@[0-9a-f]{8}$/)
      expect(new Set([first, ...others]).size).toBe(others.length + 1)
    }),
  )

  it.effect("is the same for the same settings, written out or left to their defaults", () =>
    Effect.gen(function* () {
      const [left, written] = yield* labels([
        ["llm_judge", { keywords: ["a"] }, "schema"],
        [{ llm_judge: {} }, { weight: 1, match: "all", keywords: ["a"] }, { schema: {}, weight: 1 }],
      ])

      expect(left).toBe(written)
    }),
  )
})
