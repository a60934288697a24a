import { expect, test } from "vitest"
import { chatAdapter } from "../../../src/services/adapters/chatAdapter.ts"
import { jsonAdapter } from "../../../src/services/adapters/jsonAdapter.ts"
import type { Adapter, PromptMaterial } from "../../../src/services/adapters/Adapter.ts"
import type { Signature } from "../../../src/Signature.ts"

const signature: Signature = {
  instructions: "Sort the message.",
  inputs: [
    { name: "message", type: "string", description: "what the customer wrote" },
    { name: "order", type: "object", optional: true },
  ],
  outputs: [
    { name: "label", type: "enum", values: ["billing", "other"], description: "the desk it goes to" },
    { name: "urgent", type: "boolean" },
    {
      name: "items",
      type: "array",
      schema: { type: "array", items: { type: "string" } },
      optional: true,
    },
  ],
}

const material: PromptMaterial = {
  signature,
  candidate: { instructions: "Decide which desk answers.\nBe quick.", reasoning: true },
  demos: [
    {
      inputs: { message: "I was charged twice" },
      outputs: { reasoning: "Money was taken.", label: "billing", urgent: true, items: ["invoice"] },
      augmented: true,
    },
    { inputs: { message: "Thanks!" }, outputs: { label: "other", urgent: false }, augmented: false },
    { inputs: {}, outputs: { label: "other" }, augmented: false },
  ],
  inputs: { message: "Where is my refund?", order: { id: 7 } },
}

const written = (adapter: Adapter, given: PromptMaterial): string =>
  adapter
    .format(given)
    .map(({ role, content }) => `<${role}>\n${content}`)
    .join("\n")

test("the chat adapter writes sections, incomplete demos ahead of complete ones", () => {
  expect(written(chatAdapter, material)).toMatchInlineSnapshot(`
    "<system>
    You are given these input fields:
    1. \`message\` (text): what the customer wrote
    2. \`order\` (optional; object)

    You fill in these output fields:
    1. \`reasoning\` (text): How the outputs follow from the inputs, step by step, before they are given.
    2. \`label\` (one of: billing; other): the desk it goes to
    3. \`urgent\` (boolean)
    4. \`items\` (optional; array)

    Your task:
    Decide which desk answers.
    Be quick.

    Inputs and answers are written in sections. A line with a name in double brackets opens each of them:

    [[ ## message ## ]]
    {message}

    [[ ## order ## ]]
    {order}

    [[ ## reasoning ## ]]
    {text}

    [[ ## label ## ]]
    {one of the labels above, to the letter}

    [[ ## urgent ## ]]
    {true or false}

    [[ ## items ## ]]
    {a JSON array that fits this JSON Schema: {"type":"array","items":{"type":"string"}}; null where there is nothing to say}

    [[ ## completed ## ]]
    <user>
    Some fields of this example are not known.

    [[ ## message ## ]]
    Thanks!
    <assistant>
    [[ ## reasoning ## ]]
    (left out of this example)

    [[ ## label ## ]]
    other

    [[ ## urgent ## ]]
    false

    [[ ## completed ## ]]
    <user>
    [[ ## message ## ]]
    I was charged twice
    <assistant>
    [[ ## reasoning ## ]]
    Money was taken.

    [[ ## label ## ]]
    billing

    [[ ## urgent ## ]]
    true

    [[ ## items ## ]]
    ["invoice"]

    [[ ## completed ## ]]
    <user>
    [[ ## message ## ]]
    Where is my refund?

    [[ ## order ## ]]
    {"id":7}

    Answer with the section \`[[ ## reasoning ## ]]\`, then \`[[ ## label ## ]]\`, then \`[[ ## urgent ## ]]\`, then \`[[ ## items ## ]]\`, and then end with \`[[ ## completed ## ]]\`."
  `)
})

test("the JSON adapter asks for one object", () => {
  expect(written(jsonAdapter, material)).toMatchInlineSnapshot(`
    "<system>
    You are given these input fields:
    1. \`message\` (text): what the customer wrote
    2. \`order\` (optional; object)

    You fill in these output fields:
    1. \`reasoning\` (text): How the outputs follow from the inputs, step by step, before they are given.
    2. \`label\` (one of: billing; other): the desk it goes to
    3. \`urgent\` (boolean)
    4. \`items\` (optional; array)

    Your task:
    Decide which desk answers.
    Be quick.

    Inputs are written in sections. A line with a name in double brackets opens each of them:

    [[ ## message ## ]]
    {message}

    [[ ## order ## ]]
    {order}

    Answers are written as one JSON object:

    {
      "reasoning": "text",
      "label": "one of the labels above, to the letter",
      "urgent": "true or false",
      "items": "a JSON array that fits this JSON Schema: {\\"type\\":\\"array\\",\\"items\\":{\\"type\\":\\"string\\"}}; null where there is nothing to say"
    }
    <user>
    Some fields of this example are not known.

    [[ ## message ## ]]
    Thanks!
    <assistant>
    {
      "reasoning": "(left out of this example)",
      "label": "other",
      "urgent": false
    }
    <user>
    [[ ## message ## ]]
    I was charged twice
    <assistant>
    {
      "reasoning": "Money was taken.",
      "label": "billing",
      "urgent": true,
      "items": [
        "invoice"
      ]
    }
    <user>
    [[ ## message ## ]]
    Where is my refund?

    [[ ## order ## ]]
    {"id":7}

    Answer with one JSON object and nothing else; its keys are \`reasoning\`, then \`label\`, then \`urgent\`, then \`items\`."
  `)
})

test("the smallest prompt holds what is asked and nothing else", () => {
  const small: PromptMaterial = {
    signature: {
      instructions: "",
      inputs: [{ name: "question", type: "string" }],
      outputs: [{ name: "answer", type: "number" }],
    },
    candidate: { instructions: "", reasoning: false },
    demos: [],
    inputs: { question: "6 times 7?" },
  }

  expect(written(chatAdapter, small)).toMatchInlineSnapshot(`
    "<system>
    You are given these input fields:
    1. \`question\` (text)

    You fill in these output fields:
    1. \`answer\` (number)

    Inputs and answers are written in sections. A line with a name in double brackets opens each of them:

    [[ ## question ## ]]
    {question}

    [[ ## answer ## ]]
    {a number, digits only}

    [[ ## completed ## ]]
    <user>
    [[ ## question ## ]]
    6 times 7?

    Answer with the section \`[[ ## answer ## ]]\`, and then end with \`[[ ## completed ## ]]\`."
  `)
})

test("labels that could be taken for two are quoted", () => {
  const odd: PromptMaterial = {
    ...material,
    demos: [],
    signature: { ...signature, outputs: [{ name: "label", type: "enum", values: ["a; b", "c (d)"] }] },
  }

  expect(written(chatAdapter, odd)).toContain('`label` (one of: "a; b"; "c (d)")')
})
