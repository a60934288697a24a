import { describe, expect, test } from "vitest"
import type { Signature } from "../../../src/Signature.ts"
import { aFile, intents, load, loaded, refusalOf } from "./aFile.ts"
import * as Result from "effect/Result"

const order: Signature = {
  instructions: "",
  inputs: [
    { name: "text", type: "string" },
    { name: "language", type: "string", optional: true },
  ],
  outputs: [
    { name: "amount", type: "number" },
    { name: "paid", type: "boolean" },
    { name: "items", type: "array", schema: { items: { type: "string" } } },
  ],
}

const rowsOf = ({ examples }: Awaited<ReturnType<typeof loaded>>) =>
  examples.map(({ inputs, outputs, line }) => [line, inputs, outputs])

describe("the rows of a data set", () => {
  test.each(["label", "output", "expected", "expected_output"])("may be a text and its %s", async (key) => {
    const text = `{"input":"where is it","${key}":"delivery"}\n\n{"input":"money back","${key}":"refund","slots":{"a":1}}\n`

    const dataset = await loaded("rows.jsonl", text)

    expect(rowsOf(dataset)).toEqual([
      [1, { message: "where is it" }, { intent: "delivery" }],
      [3, { message: "money back" }, { intent: "refund" }],
    ])
    expect(dataset.problems).toEqual([])
  })

  test("may be objects under the field names, or carry the field names themselves, in a JSON array", async () => {
    const text = `[
      {"input": {"text": "a", "language": "en"}, "output": {"amount": 1.5, "paid": true, "items": ["x"], "other": 1}},

      {"text": "b", "amount": 2},
      {"input": "c", "expected": {"paid": false}}]`

    expect(rowsOf(await loaded("rows.json", text, order))).toEqual([
      [2, { text: "a", language: "en" }, { amount: 1.5, paid: true, items: ["x"] }],
      [4, { text: "b" }, { amount: 2 }],
      [5, { text: "c" }, { paid: false }],
    ])
  })

  test("are typed by the signature where they come from CSV", async () => {
    const text = `\uFEFFtext,amount,paid,items,note\r\n"a, with\r\na break","1,234.5",yes,"[""x""]",!\r\n\r\nb,-2,false,[],?\r\n`

    expect(rowsOf(await loaded("rows.csv", text, order))).toEqual([
      [2, { text: "a, with\r\na break" }, { amount: 1234.5, paid: true, items: ["x"] }],
      [5, { text: "b" }, { amount: -2, paid: false, items: [] }],
    ])
  })

  test("may be separated by semicolons or tabs", async () => {
    expect((await loaded("rows.csv", "message;intent\na, b;refund\nc;other\n")).examples).toHaveLength(2)
    expect((await loaded("rows.tsv", "message\tintent\na, b\trefund\nc\tother\n")).examples).toHaveLength(2)
  })

  test("read a label that is a text as a number where the field is one", async () => {
    const signature: Signature = { ...intents, outputs: [{ name: "answer", type: "number" }] }

    const dataset = await loaded("rows.jsonl", `{"input":"a","label":"2,125"}\n{"input":"b","label":18}\n`, signature)

    expect(dataset.examples.map(({ outputs }) => outputs["answer"])).toEqual([2125, 18])
  })

  test("find fields that are called like the keys of the format", async () => {
    const signature: Signature = {
      instructions: "",
      inputs: [
        { name: "input", type: "string" },
        { name: "context", type: "string" },
      ],
      outputs: [{ name: "label", type: "string" }],
    }

    const dataset = await loaded(
      "rows.jsonl",
      `{"input":"a","context":"b","label":"c"}\n{"input":{"input":"d","context":"e"},"output":{"label":"f"}}\n`,
      signature,
    )

    expect(dataset.examples.map(({ inputs }) => inputs)).toEqual([
      { input: "a", context: "b" },
      { input: "d", context: "e" },
    ])
  })

  test("have a fingerprint that does not depend on the format", async () => {
    const jsonl = await loaded("rows.jsonl", `{"input":"a","label":"refund"}\n{"input":"b","label":"other"}`)
    const csv = await loaded("rows.csv", `intent,message\nrefund,a\nother,b\n`)
    const other = await loaded("rows.csv", `intent,message\nrefund,a\nrefund,b\n`)

    expect(jsonl.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(csv.fingerprint).toBe(jsonl.fingerprint)
    expect(other.fingerprint).not.toBe(jsonl.fingerprint)
  })
})

describe("duplicate rows", () => {
  test("are counted, named and left out", async () => {
    const rows = ["a", "b", "a", "a"].map((input) => `{"input":"${input}","label":"refund"}`)

    const { examples, duplicates, problems } = await loaded("rows.jsonl", rows.join("\n"))

    expect(examples).toHaveLength(2)
    expect(duplicates).toBe(2)
    expect(problems).toEqual([
      expect.objectContaining({ line: 3, severity: "warning", message: expect.stringContaining("repeats line 1") }),
    ])
    expect(problems[0]?.message).toBe("this row repeats line 1 and is left out, as is line 4")
  })

  test("that disagree are named one by one, and the first counts", async () => {
    const text = `{"input":"a","label":"refund"}\n{"input":"a","label":"other"}\n{"input":"b","label":"other"}\n`

    const { examples, problems } = await loaded("rows.jsonl", text)

    expect(examples.map(({ outputs }) => outputs["intent"])).toEqual(["refund", "other"])
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [2, "this row has the inputs of line 1 and another answer; line 1 counts"],
    ])
  })
})

describe("a data set that cannot be used", () => {
  test("is refused with every row that does not fit, at its place", async () => {
    const text = [
      `{"input":"a","label":"refund"}`,
      `{"input":"b","label":"refnd"}`,
      `{"input":3,"label":"other"}`,
      `{"text":"c","label":"other"}`,
      `{"input":"d"}`,
      `[1]`,
      `{"input":"e",`,
    ].join("\n")

    const { lines, problems } = await refusalOf("rows.jsonl", text)

    expect(lines).toEqual([
      expect.stringMatching(
        /^rows\.jsonl:2:22: error: "refnd" is no label of "intent".*did you mean "refund"\? \(label\)$/,
      ),
      'rows.jsonl:3:10: error: "message" is to be text, not 3 (input)',
      expect.stringMatching(/^rows\.jsonl:4:1: error: there is no "message"/),
      expect.stringMatching(/^rows\.jsonl:5:1: error: there is no "intent"/),
      expect.stringMatching(/^rows\.jsonl:6:1: error: a row is an object/),
      expect.stringMatching(/^rows\.jsonl:7:\d+: error: this is not JSON/),
    ])
    expect(problems).toHaveLength(6)
  })

  test("names the first 20 problems and counts the others", async () => {
    const text = Array.from({ length: 50 }, (_, index) => `{"input":"${index}","label":"x"}`).join("\n")

    const { lines, problems } = await refusalOf("rows.jsonl", text)

    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe("… and 30 more problems in rows.jsonl")
    expect(problems).toHaveLength(50)
  })

  test.each([
    ["rows.jsonl", "", "there are no rows"],
    ["rows.jsonl", "\n\n", "there are no rows"],
    ["rows.json", "[]", "there are no rows"],
    ["rows.csv", "message,intent\n", "there are no rows"],
    ["rows.jsonl", `{"input":"a","label":"refund"}`, "there is only 1 row"],
    ["rows.jsonl", `{"input":"a","label":"refund"}\n{"input":"a","label":"refund"}`, "2 rows with only 1 input"],
    ["rows.json", `{"input":"a","label":"refund"}`, "is a list of rows"],
    ["rows.csv", `message,intent\n"a,refund\n`, "this is not CSV"],
    ["rows.csv", `message,message\na,refund\n`, 'names the column "message" more than once'],
    ["rows.csv", `message,intent\na, b,refund\nc,other\n`, "this row has 3 values and the header 2"],
  ])("%s with %j is refused: %s", async (name, text, reason) => {
    const { lines } = await refusalOf(name, text)

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^rows\.\w+:\d+:\d+: error: /)
    expect(lines[0]).toContain(reason)
  })

  test("says the JSON Schema that a value breaks", async () => {
    const { lines } = await refusalOf("rows.jsonl", `{"text":"a","items":[1]}\n{"text":"b","items":["x"]}`, order)

    expect(lines).toEqual([
      expect.stringContaining('rows.jsonl:1:21: error: "items" is not what its JSON Schema asks for'),
    ])
  })

  test("cuts a long list of labels", async () => {
    const [first = "", ...others] = Array.from({ length: 77 }, (_, index) => `label_${index}`)
    const many: Signature = { ...intents, outputs: [{ name: "intent", type: "enum", values: [first, ...others] }] }

    const { lines } = await refusalOf(
      "rows.jsonl",
      `{"input":"a","label":"zzz"}\n{"input":"b","label":"label_1"}`,
      many,
    )

    expect(lines[0]).toContain("and 65 more")
  })

  test("is a file that is there", async () => {
    const result = await load(`${aFile("rows.jsonl", "")}.missing`)

    expect(Result.getOrThrow(Result.flip(result)).message).toContain("there is no such data set")
  })
})
