import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { ModelMessage } from "../../../../src/services/models/Models.ts"
import { offlineAnswer } from "../../../../src/services/models/offline/offlineAnswer.ts"
import { answeredSection, chatPrompt } from "./chatPrompt.ts"

// Pieces that the parsers look for, so that arbitrary prompts reach them.
const piece = fc.constantFrom(
  "[[ ## text ## ]]\n",
  "[[ ## completed ## ]]",
  "Respond with JSON: ",
  '{"a": "x|y", "b": 1, "__proto__": {"c": []}}',
  '{"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"$ref": "#/$defs/A"}}}',
  "Outputs:\n1. `a` (Literal['x', 'y']): \n2. `b` (list[int]):\n",
  "one of: ",
  "Categories:\n- x\n- y\n",
  "Message: ",
  "Intent:",
  "a → b\n",
  "<text>",
  "</text>",
  "\n\n",
  "Extract the order number from",
)
const prompt = fc
  .array(fc.oneof(piece, fc.string({ unit: "binary" }), fc.lorem({ maxCount: 4 })), { maxLength: 12 })
  .map((pieces) => pieces.join(""))
const role = fc.constantFrom<ModelMessage["role"]>("system", "user", "assistant")
const messages = fc.array(fc.record({ role, content: prompt }), { maxLength: 5 })

describe("offlineAnswer", () => {
  it("answers any messages, the same each time, with at least one token", () => {
    fc.assert(
      fc.property(messages, (given) => {
        const answer = offlineAnswer(given)

        expect(answer.text).not.toBe("")
        expect(answer.tokens.output).toBe(Math.ceil(answer.text.length / 4))
        expect(answer.tokens.input).toBeGreaterThan(0)
        expect(offlineAnswer(given)).toEqual(answer)
      }),
      { numRuns: 500 },
    )
  })

  it("answers with valid JSON whatever the text, when JSON was asked for", () => {
    fc.assert(
      fc.property(prompt, fc.string(), (text, name) => {
        const closing = "Respond with a JSON object: `order`, then `count`."
        const marked = offlineAnswer([
          { role: "user", content: `[[ ## ${name} ## ]]\n[[ ## q ## ]]\n${text}\n\n${closing}` },
        ])
        const written = offlineAnswer([
          { role: "system", content: "Extract the order. Return a JSON object with keys order and count (integer)." },
          { role: "user", content: text },
        ])

        expect(Object.keys(JSON.parse(marked.text))).toEqual(["order", "count"])
        expect(Object.keys(JSON.parse(written.text))).toEqual(expect.arrayContaining(["order", "count"]))
      }),
      { numRuns: 300, examples: [["[[ ## text ## ]]\n\n\nsemper[[ ## text ## ]]\n", ""]] },
    )
  })

  it("answers with one of the labels, whatever they, the examples and the text are", () => {
    const label = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.' -]{0,18}[A-Za-z0-9]$/)
    const labels = fc.uniqueArray(label, { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(
        labels,
        fc.array(fc.tuple(fc.string(), fc.nat(9)), { maxLength: 6 }),
        fc.lorem(),
        (names, rows, text) => {
          const demos = rows.map(([input, at]) => ({ input, label: names[at] ?? "no label at all" }))

          const answer = answeredSection(offlineAnswer(chatPrompt(names, demos, text)).text, "intent")

          expect(names).toContain(answer)
        },
      ),
      { numRuns: 300 },
    )
  })

  it("follows the examples when their labels are swapped, and does not care for the labels' names", () => {
    const word = fc.stringMatching(/^[a-z]{4,8}$/)
    const topics = fc.uniqueArray(word, { minLength: 8, maxLength: 8, selector: (one) => one.slice(0, 3) })
    fc.assert(
      fc.property(topics, fc.uniqueArray(word, { minLength: 2, maxLength: 2 }), (words, names) => {
        const [a = "", b = "", c = "", d = "", ...others] = words
        const [one = "", two = ""] = names
        const demos = (first: string, second: string) => [
          { input: `${a} ${b} ${others[0]}`, label: first },
          { input: `${c} ${d} ${others[1]}`, label: second },
        ]
        const labelFor = (first: string, second: string, labels: ReadonlyArray<string>) =>
          answeredSection(
            offlineAnswer(chatPrompt(labels, demos(first, second), `${a} ${b} ${others[2]}`)).text,
            "intent",
          )

        expect(labelFor(one, two, names)).toBe(one)
        expect(labelFor(two, one, names)).toBe(two)
        expect(labelFor("k1", "k2", ["k1", "k2"])).toBe("k1")
      }),
      { numRuns: 200 },
    )
  })
})
