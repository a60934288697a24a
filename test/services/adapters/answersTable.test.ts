import { readFileSync } from "node:fs"
import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import { coerceText } from "../../../src/services/adapters/coerce.ts"
import type { Field } from "../../../src/Signature.ts"

const page = readFileSync(new URL("../../../docs/answers.md", import.meta.url), "utf8")

const tables: ReadonlyArray<Field> = [
  { name: "value", type: "number" },
  { name: "value", type: "integer" },
  { name: "value", type: "boolean" },
  { name: "value", type: "enum", values: ["billing", "refund request", "Spam"] },
  { name: "value", type: "array" },
  { name: "value", type: "object" },
  { name: "value", type: "string" },
]

const rowsUnder = (heading: string) => {
  const table = page.split(`### ${heading}\n`)[1]?.split("\n### ")[0] ?? ""
  return [...table.matchAll(row)].map(([, said = "", becomes, otherwise]) => ({
    said: said.replaceAll("⏎", "\n"),
    expected: becomes ?? otherwise,
  }))
}

const row = /^\| (?:`(.*?)`|\*nothing\*) \| (?:`(.*)`|(refused|left out).*) \|$/gm

const becomes = (field: Field, said: string) =>
  Result.match(coerceText(field, said), {
    onSuccess: (value) => (value === undefined ? "left out" : value),
    onFailure: () => "refused",
  })

const meant = (expected: string | undefined) =>
  expected === "refused" || expected === "left out" ? expected : JSON.parse(expected ?? "")

describe.each(tables)("the published table for $type", (field) => {
  test.each(rowsUnder(field.type))("$said becomes $expected", ({ said, expected }) => {
    expect(becomes(field, said)).toEqual(meant(expected))
  })
})

describe("the published table for optional outputs", () => {
  test.each(rowsUnder("optional"))("$said becomes $expected", ({ said, expected }) => {
    expect(becomes({ name: "value", type: "string", optional: true }, said)).toEqual(meant(expected))
  })

  test.each(tables)("an optional $type can be left out in every one of these ways", (field) => {
    for (const said of ["", "null", "None", "N/A"]) {
      expect(becomes({ ...field, optional: true }, said)).toBe("left out")
    }
  })
})

test("every row of the page is checked", () => {
  const rows = page.split("\n").filter((line) => /^\| [`*]/.test(line))

  expect([...tables.map(({ type }) => type), "optional"].flatMap(rowsUnder)).toHaveLength(rows.length)
})
