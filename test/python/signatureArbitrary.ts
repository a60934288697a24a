import fc from "fast-check"
import * as Schema from "effect/Schema"
import { type Json, JsonObject } from "../../src/Json.ts"
import type { Field, Signature } from "../../src/Signature.ts"

/** A signature, demos that hold all or some of its fields, and inputs to render. */
export interface RenderCase {
  readonly signature: Signature
  readonly reasoning: boolean
  readonly demos: ReadonlyArray<JsonObject>
  readonly inputs: ReadonlyArray<JsonObject>
}

const awkward = [
  "",
  " ",
  "None",
  "two\nlines",
  "\ttab\tand\r\nreturn\n\n",
  "«guillemets»",
  "\u2028\u2029\u0085 \u001C\uFEFF",
  "日本語 🙂 ñ é",
  "\"quoted\" \\ 'single' `tick`",
  "[[ ## answer ## ]]\nnot an answer",
  "{question} %s ${x}",
]

const text = fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: "grapheme", maxLength: 24 }))

const float = fc
  .oneof(
    fc.constantFrom(
      1e-7,
      1e-5,
      0.0001,
      1,
      100,
      0.1,
      1e15,
      1e16,
      1.5e22,
      123456789.125,
      -2.5,
      5e-324,
      1.7976931348623157e308,
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map((number) => (number === 0 ? 0 : number))

const integer = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, 1e15, 1e21))

const json = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => !JSON.stringify(value).includes("__proto__"))
  .map((value): Json => JSON.parse(JSON.stringify(value)))

const record = (
  values: Readonly<Record<string, fc.Arbitrary<Json>>>,
  requiredKeys: ReadonlyArray<string>,
): fc.Arbitrary<JsonObject> =>
  fc
    .record(values, { requiredKeys: [...requiredKeys], noNullPrototype: true })
    .map(Schema.decodeUnknownSync(JsonObject))

/** A JSON Schema and values of it. */
interface Shape {
  readonly schema: JsonObject
  readonly value: fc.Arbitrary<Json>
}

const labels = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom("yes", "it's", 'say "hi"', "both ' and \"", "ünïcode", "a b"),
    fc.string({ minLength: 1, maxLength: 8 }),
  ),
  {
    minLength: 1,
    maxLength: 4,
  },
)

const propertyName = fc.constantFrom(
  "name",
  "size",
  "unit_price",
  "tags",
  "kind",
  "note",
  "a!",
  "a",
  "cafe\u0301",
  "a1",
  "straße",
  "two words",
  "type",
  "model_x",
)

const { shape } = fc.letrec<{ shape: Shape; leaf: Shape; array: Shape; object: Shape; nullable: Shape; map: Shape }>(
  (tie) => ({
    shape: fc.oneof(
      { depthSize: "small", maxDepth: 2 },
      tie("leaf"),
      tie("array"),
      tie("object"),
      tie("nullable"),
      tie("map"),
    ),
    leaf: fc.oneof(
      fc.constantFrom<Shape>(
        { schema: { type: "string" }, value: text },
        { schema: { type: "string", format: "date", maxLength: 5 }, value: text },
        { schema: { type: "number" }, value: float },
        { schema: { type: "integer" }, value: integer },
        { schema: { type: "boolean" }, value: fc.boolean() },
        { schema: {}, value: json },
      ),
      labels.map((values): Shape => ({ schema: { enum: values }, value: fc.constantFrom(...values) })),
    ),
    array: tie("shape").map(
      (item): Shape => ({
        schema: { type: "array", items: item.schema },
        value: fc.array(item.value, { maxLength: 3 }),
      }),
    ),
    object: fc
      .tuple(
        fc.uniqueArray(fc.tuple(propertyName, tie("shape"), fc.boolean()), {
          selector: ([name]) => name,
          minLength: 1,
          maxLength: 3,
        }),
        fc.constantFrom(undefined, "Item", "line item"),
      )
      .map(
        ([properties, title]): Shape => ({
          schema: {
            type: "object",
            properties: Object.fromEntries(properties.map(([name, { schema }]) => [name, schema])),
            required: properties.filter(([, , required]) => required).map(([name]) => name),
            ...(title === undefined ? {} : { title }),
          },
          value: record(
            Object.fromEntries(properties.map(([name, { value }]) => [name, value])),
            properties.filter(([, , required]) => required).map(([name]) => name),
          ),
        }),
      ),
    nullable: tie("shape").map(
      ({ schema, value }): Shape => ({ schema: { anyOf: [schema, { type: "null" }] }, value: fc.option(value) }),
    ),
    map: tie("shape").map(
      ({ schema, value }): Shape => ({
        schema: { type: "object", additionalProperties: schema },
        value: fc.dictionary(fc.constantFrom("a", "b c", "ü", "2", "1"), value, { maxKeys: 3, noNullPrototype: true }),
      }),
    ),
  }),
)

type TypedField = readonly [Omit<Field, "name">, fc.Arbitrary<Json>]

const structure = (type: "array" | "object") =>
  shape
    .filter(({ schema }) => schema["type"] === type)
    .map(({ schema, value }): TypedField => [{ type, schema }, value])

const typed: fc.Arbitrary<TypedField> = fc.oneof(
  fc.constantFrom<TypedField>(
    [{ type: "string" }, text],
    [{ type: "string" }, fc.array(text, { maxLength: 3 })],
    [{ type: "number" }, float],
    [{ type: "number" }, integer],
    [{ type: "integer" }, integer],
    [{ type: "boolean" }, fc.boolean()],
    [{ type: "array" }, fc.array(json, { maxLength: 3 })],
    [
      { type: "object" },
      fc.dictionary(
        fc.string({ maxLength: 5 }).filter((key) => key !== "__proto__"),
        json,
        { maxKeys: 3, noNullPrototype: true },
      ),
    ],
  ),
  labels.map(
    ([first = "x", ...others]): TypedField => [
      { type: "enum", values: [first, ...others] },
      fc.constantFrom(first, ...others),
    ],
  ),
  structure("array"),
  structure("object"),
)

const names = [
  "question",
  "context",
  "text2number",
  "snake_case_text",
  "HTMLParser",
  "n",
  "items",
  "answer",
  "label",
  "class_",
  "größe",
  "score",
]

const instructions = fc.oneof(
  fc.constantFrom(
    "Answer.",
    "",
    "  Indented.\n\tWith a tab.\n\n   And more.  ",
    "Line one\r\nline two\u2028three",
    "«Ünïcode» 🙂",
  ),
  text,
)

export const renderCase: fc.Arbitrary<RenderCase> = fc
  .tuple(
    fc.shuffledSubarray(names, { minLength: 2, maxLength: 6 }),
    fc.array(fc.tuple(typed, fc.option(text, { nil: undefined }), fc.boolean()), { minLength: 6, maxLength: 6 }),
    fc.nat(),
    fc.boolean(),
    instructions,
  )
  .chain(([chosen, kinds, split, reasoning, said]) => {
    const fields = chosen.map((name, index): Field => {
      const [[type], description, optional] = kinds[index] ?? fail()
      return { ...type, name, ...(description === undefined ? {} : { description }), ...(optional ? { optional } : {}) }
    })
    const values = Object.fromEntries(chosen.map((name, index) => [name, (kinds[index] ?? fail())[0][1]]))
    const at = 1 + (split % (fields.length - 1))
    const [input = fail(), ...inputs] = fields.slice(0, at)
    const [output = fail(), ...outputs] = fields.slice(at)
    const inputValues = Object.fromEntries([input, ...inputs].map(({ name }) => [name, values[name] ?? fail()]))
    const all = { ...values, ...(reasoning ? { reasoning: text } : {}) }
    const complete = record(all, Object.keys(all))
    const withNulls = Object.entries(all).map(([name, value]) => [name, fc.option(value, { freq: 8 })] as const)
    const partial = record(Object.fromEntries(withNulls), [])
    return fc.record({
      signature: fc.constant<Signature>({
        instructions: said,
        inputs: [input, ...inputs],
        outputs: [output, ...outputs],
      }),
      reasoning: fc.constant(reasoning),
      demos: fc.array(fc.oneof(complete, partial), { maxLength: 4 }),
      inputs: fc.tuple(record(inputValues, Object.keys(inputValues)), record(inputValues, [])),
    })
  })

const fail = (): never => {
  throw new Error("a generated signature has fields and their values")
}
