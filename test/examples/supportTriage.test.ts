import * as Schema from "effect/Schema"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { exampleRows, exampleText, MessageRow, RunInput } from "./MessageRow.ts"
import { resemblingPairs } from "./resemblance.ts"

const train = exampleRows("train.jsonl", MessageRow)
const heldOut = exampleRows("test.jsonl", MessageRow)
const inputs = exampleRows("inputs.jsonl", RunInput)
const labelled = [...train, ...heldOut]

const Pipeline = Schema.Struct({
  workflow: Schema.Struct({
    steps: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        signature: Schema.optionalKey(
          Schema.Struct({
            output_fields: Schema.Array(
              Schema.Struct({ name: Schema.String, values: Schema.optionalKey(Schema.Array(Schema.String)) }),
            ),
          }),
        ),
        prompt: Schema.Array(Schema.Struct({ content: Schema.optionalKey(Schema.String) })),
      }),
    ),
    dspy_config: Schema.Struct({ training_data_path: Schema.String, evaluation_data_path: Schema.String }),
  }),
})
const { workflow } = Schema.decodeUnknownSync(Pipeline)(parse(exampleText("pipeline.yaml")))
const outputFields = workflow.steps.flatMap((step) => step.signature?.output_fields ?? [])
const intents = outputFields.find(({ name }) => name === "intent")?.values ?? []

const countOf = (rows: ReadonlyArray<MessageRow>, intent: string): number =>
  rows.filter(({ output }) => output.intent === intent).length

describe("the support messages", () => {
  test("are as many of each intent as the README says", () => {
    const readme = exampleText("README.md")
    const claims = [...readme.matchAll(/`(train|test)\.jsonl` \| (\d+) labelled messages, (\d+) of each intent/g)]

    expect(claims.map(([, file, total, each]) => [file, Number(total), Number(each)])).toEqual([
      ["train", train.length, countOf(train, "order_status")],
      ["test", heldOut.length, countOf(heldOut, "order_status")],
    ])
    expect(new Set(intents.map((intent) => countOf(train, intent))).size).toBe(1)
    expect(new Set(intents.map((intent) => countOf(heldOut, intent))).size).toBe(1)
    expect(readme).toContain(`\`inputs.jsonl\` | ${inputs.length} messages`)
    expect(labelled.length).toBeGreaterThanOrEqual(280)
  })

  test("have at least eight intents, all of them labels of the signature", () => {
    expect(intents.length).toBeGreaterThanOrEqual(8)
    expect(new Set(labelled.map(({ output }) => output.intent))).toEqual(new Set(intents))
  })

  test("are each there once, and none resembles another", () => {
    const messages = [...labelled.map(({ input }) => input.message), ...inputs.map(({ message }) => message)]

    expect(new Set(messages).size).toBe(messages.length)
    expect(resemblingPairs(messages, 0.6)).toEqual([])
  })

  test("contain the order number and the product they are labelled with", () => {
    const missing = labelled.filter(
      ({ input, output }) => !input.message.includes(output.order_number) || !input.message.includes(output.product),
    )

    expect(missing).toEqual([])
  })

  test("have their only order number as label, or none and an empty label", () => {
    const mislabelled = labelled.filter(
      ({ input, output }) => (input.message.match(/\bLO-\d+/gi) ?? []).join() !== output.order_number,
    )

    expect(mislabelled).toEqual([])
    expect(labelled.filter(({ output }) => !/^(LO-\d{5})?$/.test(output.order_number))).toEqual([])
  })

  test("name a product of the shop only where it is the label", () => {
    const catalogue = [...new Set(labelled.map(({ output }) => output.product.toLowerCase()))].filter(
      (name) => name !== "",
    )

    const unlabelled = labelled.filter(
      ({ input, output }) =>
        output.product === "" && catalogue.some((product) => input.message.toLowerCase().includes(product)),
    )

    expect(unlabelled).toEqual([])
  })
})

describe("the support pipeline", () => {
  test("promises the fields that the rows are labelled with", () => {
    expect(outputFields.map(({ name }) => name)).toEqual(["intent", "order_number", "product"])
  })

  test("describes every intent in the prompt that a person wrote", () => {
    const prompt = workflow.steps
      .find(({ name }) => name === "classify")
      ?.prompt.map(({ content }) => content)
      .join("\n")

    expect(intents.filter((intent) => !prompt?.includes(`- ${intent}: `))).toEqual([])
  })

  test("shows its prompts no labelled message", () => {
    const prompts = workflow.steps.flatMap(({ prompt }) => prompt.map(({ content }) => content ?? "")).join("\n")

    expect(labelled.filter(({ input }) => prompts.includes(input.message))).toEqual([])
  })

  test("names the two files of rows", () => {
    expect(workflow.dspy_config).toEqual({ training_data_path: "train.jsonl", evaluation_data_path: "test.jsonl" })
  })
})
