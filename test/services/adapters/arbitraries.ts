import fc from "fast-check"
import type { Json, JsonObject } from "../../../src/Json.ts"
import type { Field, Signature } from "../../../src/Signature.ts"

const name = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}$/) },
  { weight: 1, arbitrary: fc.constantFrom("constructor", "__proto__", "toString", "order-number", "größe", "1") },
)

/** Text that is likely to be taken for something else. */
export const trickyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom("[[ ## label ## ]]", "[[ ## completed ## ]]", "[\\[ ## x", "[[##a##]]", "\n", "\r", "\r\n", "\\"),
      fc.constantFrom(
        '"',
        "'",
        "`",
        "```json",
        "{",
        "}",
        "[",
        "]",
        "null",
        "None",
        "true",
        "N/A",
        "**",
        "“",
        "42",
        "%",
      ),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""))

const label = trickyText.filter((text) => text.trim() === text && text !== "")

const plainJson = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)))

const field = (fieldName: string): fc.Arbitrary<Field> =>
  fc
    .record(
      {
        type: fc.constantFrom("string", "number", "integer", "boolean", "enum", "array", "object"),
        description: trickyText,
        optional: fc.boolean(),
        labels: fc.uniqueArray(label, { minLength: 1, maxLength: 5 }),
      },
      { requiredKeys: ["type", "labels"] },
    )
    .map(({ labels, ...rest }) => {
      const [first = "a", ...others] = labels
      return { name: fieldName, ...rest, ...(rest.type === "enum" ? { values: [first, ...others] as const } : {}) }
    })

const fields = fc
  .uniqueArray(name, {
    minLength: 1,
    maxLength: 4,
    selector: (each) => each.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""),
  })
  .chain((names) => fc.tuple(...names.map(field)))
  .map(([first, ...others]): Signature["outputs"] => [first ?? { name: "only", type: "string" }, ...others])

export const signature: fc.Arbitrary<Signature> = fc.record({
  instructions: trickyText,
  inputs: fields,
  outputs: fields,
})

const valueOf = ({ type, values }: Field): fc.Arbitrary<Json> => {
  switch (type) {
    case "string":
      return trickyText
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    case "integer":
      return fc.maxSafeInteger()
    case "boolean":
      return fc.boolean()
    case "enum":
      return fc.constantFrom(...(values ?? ["a"]))
    case "array":
      return fc.array(plainJson, { maxLength: 4 })
    case "object":
      return fc.dictionary(fc.string(), plainJson, { maxKeys: 4 })
  }
}

/** Values for fields; optional ones may be missing. */
export const valuesFor = (wanted: ReadonlyArray<Field>): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(
      ...wanted.map((each) =>
        fc
          .option(valueOf(each), { nil: undefined, freq: each.optional === true ? 2 : 1_000_000 })
          .map((value) => [each, value] as const),
      ),
    )
    .filter((pairs) => pairs.every(([each, value]) => value !== undefined || each.optional === true))
    .map((pairs) =>
      Object.fromEntries(pairs.flatMap(([{ name: key }, value]) => (value === undefined ? [] : [[key, value]]))),
    )
