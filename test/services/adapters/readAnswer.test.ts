import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import { readAnswer } from "../../../src/services/adapters/readAnswer.ts"
import type { Field } from "../../../src/Signature.ts"

const fields: ReadonlyArray<Field> = [
  { name: "label", type: "enum", values: ["billing", "other"] },
  { name: "order_number", type: "integer" },
  { name: "tags", type: "array", optional: true },
]

const expected = { label: "billing", order_number: 42, tags: ["a", "b"] }

describe("answers that models get wrong are read all the same", () => {
  test.each([
    [
      "as asked",
      '[[ ## label ## ]]\nbilling\n\n[[ ## order_number ## ]]\n42\n\n[[ ## tags ## ]]\n["a", "b"]\n\n[[ ## completed ## ]]',
    ],
    ["without an end", '[[ ## label ## ]]\nbilling\n[[ ## order_number ## ]]\n42\n[[ ## tags ## ]]\n["a", "b"]'],
    [
      "values beside the markers",
      '[[ ## label ## ]] billing\n[[ ## order_number ## ]] 42\n[[ ## tags ## ]] ["a", "b"]',
    ],
    [
      "emphasis around markers",
      "**[[ ## Label ## ]]**\n**billing**\n**[[ ## Order Number ## ]]**\n`42`\n## [[ ## tags ## ]]\n- a\n- b",
    ],
    [
      "other line ends",
      '[[ ## label ## ]]\r\nBilling.\r\n[[ ## order_number ## ]]\r\n42\r\n[[ ## tags ## ]]\r\n["a", "b"]\r\n',
    ],
    [
      "sections nobody asked for",
      'Let me see.\n[[ ## thoughts ## ]]\nhm\n[[ ## label ## ]]\nbilling\n[[ ## order_number ## ]]\n42\n[[ ## tags ## ]]\n["a","b"]',
    ],
    ["JSON", '{"label": "billing", "order_number": 42, "tags": ["a", "b"]}'],
    [
      "JSON in a fence, with prose around",
      'Here it is:\n```json\n{"label": "billing", "order_number": 42, "tags": ["a", "b"]}\n```\nAnything else?',
    ],
    ["JSON after a brace in prose", 'For {you}: {"label": "billing", "order_number": 42, "tags": ["a", "b"]} as asked'],
    ["Python", "{'label': 'billing', 'order_number': 42, 'tags': ['a', 'b'], 'sure': True, 'why': None}"],
    ["typographic quotes", "{“label”: “billing”, “order_number”: 42, “tags”: [“a”, “b”]}"],
    ["commas too many and too few", '{"label": "billing" "order_number": 42, "tags": ["a", "b",],}'],
    ["cut off", '{"label": "billing", "order_number": 42, "tags": ["a", "b"'],
    ["unquoted keys and comments", '{label: "billing", // sure\n order_number: 42, /* all */ tags: ["a", "b"]}'],
    ["escaped twice", '{\\"label\\": \\"billing\\", \\"order_number\\": 42, \\"tags\\": [\\"a\\", \\"b\\"]}'],
    ["JSON in a JSON string", JSON.stringify('{"label": "billing", "order_number": 42, "tags": ["a", "b"]}')],
    ["types said in text", '{"label": "Billing", "orderNumber": "42", "tags": "[\\"a\\", \\"b\\"]"}'],
  ])("%s", (_, text) => {
    expect(readAnswer(text, fields)).toEqual(Result.succeed(expected))
  })
})

describe("answers that cannot be read say what is wrong with them", () => {
  const problem = (text: string, wanted = fields) =>
    Result.match(readAnswer(text, wanted), { onSuccess: String, onFailure: ({ message }) => message })

  test("a missing output is named, with what was expected", () => {
    expect(problem("[[ ## label ## ]]\nbilling")).toBe('Output "order_number" is missing; expected one whole number.')
  })

  test("every wrong output is named, with what stood there", () => {
    expect(problem('{"label": "refunds", "order_number": "about forty"}')).toBe(
      'Output "label": expected one of: billing; other, but the JSON object says "refunds".\n' +
        'Output "order_number": expected one whole number, but the JSON object says "about forty".',
    )
  })

  test("null is no value of a required output", () => {
    expect(problem('{"label": null, "order_number": 42}')).toContain('Output "label": expected one of: billing; other')
  })

  test("prose is quoted, shortened", () => {
    expect(problem(`I am sorry, ${"but ".repeat(100)}`)).toMatch(
      /^The answer has none of the outputs "label", "order_number", "tags": "I am sorry, (but )+but…\.$/,
    )
  })

  test("a value outside its JSON Schema is placed", () => {
    const scores: Field = { name: "scores", type: "array", schema: { items: { type: "number", maximum: 1 } } }

    expect(problem('{"scores": [0.5, "high"]}', [scores])).toContain(
      'Output "scores": expected what its JSON Schema asks for (/1: ',
    )
  })
})

test("without markers the whole answer is the value of a single output", () => {
  const answer: Field = { name: "answer", type: "string" }

  expect(readAnswer("Paris, I think.", [answer])).toEqual(Result.succeed({ answer: "Paris, I think." }))
  expect(readAnswer("Paris\n\n[[ ## completed ## ]]", [answer])).toEqual(Result.succeed({ answer: "Paris" }))
  expect(readAnswer('["a"]', [{ name: "list", type: "array" }])).toEqual(Result.succeed({ list: ["a"] }))
})

test("optional outputs that are missing or null are left out", () => {
  const optional = fields.map((field) => ({ ...field, optional: true }))

  expect(readAnswer('{"label": null, "order_number": 42}', optional)).toEqual(Result.succeed({ order_number: 42 }))
  expect(readAnswer("[[ ## completed ## ]]", optional)).toEqual(Result.succeed({}))
})
