import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import type { Signature } from "../../../../src/Signature.ts"
import { chatAdapter } from "../../../../src/services/adapters/chatAdapter.ts"
import { jsonAdapter } from "../../../../src/services/adapters/jsonAdapter.ts"
import type { ModelMessage } from "../../../../src/services/models/Models.ts"
import { offlineAnswer } from "../../../../src/services/models/offline/offlineAnswer.ts"
import { answeredSection, chatPrompt } from "./chatPrompt.ts"

const system = (content: string): ModelMessage => ({ role: "system", content })
const user = (content: string): ModelMessage => ({ role: "user", content })
const assistant = (content: string): ModelMessage => ({ role: "assistant", content })

const demos = [
  { input: "You charged my card twice", label: "billing" },
  { input: "The parcel has not come yet", label: "delivery" },
]

describe("an adapter's prompt", () => {
  it("is answered in its own markers with the nearest example's label", () => {
    const { text } = offlineAnswer(chatPrompt(["billing", "delivery"], demos, "When will my parcel come?"))

    expect(text).toBe("[[ ## intent ## ]]\ndelivery\n\n[[ ## completed ## ]]")
  })

  it("is answered by the label's name when it has no examples", () => {
    const { text } = offlineAnswer(chatPrompt(["billing", "delivery"], [], "My delivery is late"))

    expect(answeredSection(text, "intent")).toBe("delivery")
  })

  it("ignores examples whose label is not among the labels, and mends the case of those that are", () => {
    const odd = [...demos, { input: "When will my parcel come?", label: "parcel" }]
    const loud = odd.map((demo) => ({ ...demo, label: demo.label.toUpperCase() }))

    const { text } = offlineAnswer(chatPrompt(["billing", "delivery"], loud, "When will my parcel come?"))

    expect(answeredSection(text, "intent")).toBe("delivery")
  })

  it.each([
    ["a Literal type", "1. `label` (Literal['a b', \"it's\", 'c (d)']):", ""],
    ["an exact-match note", "1. `label` (str):", "must exactly match (no extra characters) one of: a b; it's; c (d)"],
    ["a JSON Schema", "1. `label` (Label):", 'JSON schema: {"type": "string", "enum": ["a b", "it\'s", "c (d)"]}'],
  ])("reads labels from %s", (_, declared, note) => {
    const head = system(
      `Inputs:\n1. \`text\` (str):\nOutputs:\n${declared}\n\n[[ ## text ## ]]\n{text}\n\n[[ ## label ## ]]\n{label}   # ${note}\n`,
    )

    const answers = ["a b", "it's", "c (d)"].map(
      (label) => offlineAnswer([head, user(`[[ ## text ## ]]\n${label}`)]).text,
    )

    expect(answers.map((text) => answeredSection(text, "label"))).toEqual(["a b", "it's", "c (d)"])
  })

  it("keeps the closing requirement and the examples out of the text it answers for", () => {
    const head = system("Inputs:\n- `text` (str)\nOutputs:\n- `summary` (str): one sentence")
    const request = user(
      "[[ ## text ## ]]\nBees make honey.\n\nRespond with `[[ ## summary ## ]]` and `[[ ## completed ## ]]`.",
    )

    const { text } = offlineAnswer([head, request])

    expect(text).toBe("[[ ## summary ## ]]\nBees make honey.\n\n[[ ## completed ## ]]")
  })

  it("names the nearest example as the reason and claims no reasoning", () => {
    const head = system("Inputs:\n- `text` (str)\nOutputs:\n- `reasoning` (str)\n- `label` (Literal['x', 'y'])")
    const turns = [
      user("[[ ## text ## ]]\nred apples"),
      assistant("[[ ## reasoning ## ]]\nApples are fruit.\n\n[[ ## label ## ]]\nx\n\n[[ ## completed ## ]]"),
      user("[[ ## text ## ]]\nblue cars"),
      assistant("[[ ## reasoning ## ]]\nCars drive.\n\n[[ ## label ## ]]\ny\n\n[[ ## completed ## ]]"),
    ]

    const { text } = offlineAnswer([head, ...turns, user("[[ ## text ## ]]\ngreen apples")])

    expect(answeredSection(text, "label")).toBe("x")
    expect(answeredSection(text, "reasoning")).toContain('"red apples"')
    expect(answeredSection(text, "reasoning")).toContain("nothing was worked out")
  })

  it("answers with a JSON object of the declared types where the adapter asks for one", () => {
    const head = system(
      "Inputs:\n1. `text` (str):\nOutputs:\n1. `order` (str): the order number\n2. `count` (int):\n3. `urgent` (bool):\n4. `tags` (list[str]):",
    )
    const closing = "Respond with a JSON object: `order`, then `count`, then `urgent`, then `tags`."
    const example = [
      user("[[ ## text ## ]]\nOrder AB-12 needs 3 lamps now"),
      assistant('{"order": "AB-12", "count": 3, "urgent": true, "tags": ["lamps"]}'),
    ]

    const { text } = offlineAnswer([
      head,
      ...example,
      user(`[[ ## text ## ]]\nOrder QX-7 needs 14 lamps\n\n${closing}`),
    ])

    expect(JSON.parse(text)).toEqual({ order: "QX-7", count: 14, urgent: true, tags: ["lamps"] })
  })

  it("answers numbers that stand nowhere with a value that says nothing", () => {
    const head = system("Inputs:\n1. `question` (str):\nOutputs:\n1. `answer` (int):")
    const turns = [
      user("[[ ## question ## ]]\nWhat is 3 plus 4?"),
      assistant("[[ ## answer ## ]]\n7\n\n[[ ## completed ## ]]"),
    ]

    const { text } = offlineAnswer([head, ...turns, user("[[ ## question ## ]]\nWhat is 13 plus 4?")])

    expect(answeredSection(text, "answer")).toBe("0")
  })

  it("answers the last marked request when a complaint about an earlier answer follows it", () => {
    const prompt = chatPrompt(["billing", "delivery"], demos, "parcel parcel")

    const { text } = offlineAnswer([...prompt, assistant("delivery!"), user("That was no valid answer. Try again.")])

    expect(answeredSection(text, "intent")).toBe("delivery")
  })

  it("takes an empty answer for what the examples and the field's description say is absent", () => {
    const head = system("Inputs:\n- `text` (string)\nOutputs:\n- `order` (string): the order number, or empty")
    const turns = [
      user("[[ ## text ## ]]\nWhere is order AB-12?"),
      assistant("[[ ## order ## ]]\nAB-12\n\n[[ ## completed ## ]]"),
      user("[[ ## text ## ]]\nThank you"),
      assistant('[[ ## order ## ]]\n""\n\n[[ ## completed ## ]]'),
    ]

    const text = "[[ ## text ## ]]\nGood morning"

    expect(answeredSection(offlineAnswer([head, ...turns, user(text)]).text, "order")).toBe('""')
    expect(answeredSection(offlineAnswer([head, user(text)]).text, "order")).toBe('""')
  })

  it("answers in the object that a schema sent with the request describes", () => {
    const schema = { type: "object", properties: { order: { type: "string" }, urgent: { type: "boolean" } } }

    const { text } = offlineAnswer([user("What does it say?\n\nMessage: order: AB-12, urgent")], schema)

    expect(JSON.parse(text)).toEqual({ order: "AB-12", urgent: true })
  })

  it("is quick with 200 examples", () => {
    const many = Array.from({ length: 200 }, (_, at) => ({
      input: `parcel number ${at} came ${at % 7} days late to street ${at * 31}, please look into it`,
      label: at % 2 === 0 ? "billing" : "delivery",
    }))
    const prompt = chatPrompt(["billing", "delivery"], many, "parcel number 12 came late")

    const durationsMs = Array.from({ length: 5 }, () => {
      const start = performance.now()
      offlineAnswer(prompt)
      return performance.now() - start
    })

    expect(Math.min(...durationsMs)).toBeLessThan(50)
  })
})

describe("a prompt of our own adapters", () => {
  const signature: Signature = {
    instructions: "Read the order.",
    inputs: [{ name: "message", type: "string" }],
    outputs: [
      { name: "kind", type: "enum", values: ["plain one", "it's", "x; y", "c (d), e"] },
      { name: "order", type: "string", description: "the order number" },
      { name: "count", type: "integer" },
      { name: "price", type: "number", optional: true },
      { name: "urgent", type: "boolean" },
      { name: "type", type: "object", schema: { properties: { count: { type: "integer" } }, required: ["count"] } },
    ],
  }
  const demo = {
    inputs: { message: "Order AB-12 needs 3 lamps and it's urgent" },
    outputs: { kind: "it's", order: "AB-12", count: 3, price: 1.5, urgent: true, type: { count: 3 } },
    augmented: false,
  }
  const partial = { inputs: { message: "Whatever" }, outputs: { kind: "x; y" }, augmented: false }

  it.each([chatAdapter, jsonAdapter])("is answered so that the $name adapter reads every field", (adapter) => {
    const expected = { kind: "it's", order: "QX-7", count: 14, urgent: true, type: { count: 14 } }
    const candidate = { instructions: signature.instructions, reasoning: false }
    const inputs = { message: "Order QX-7 needs 14 chairs and it's urgent" }
    const material = { signature, candidate, demos: [demo, partial], inputs }

    const read = adapter.parse(offlineAnswer(adapter.format(material)).text, material)

    expect(Result.getOrThrow(read)).toEqual(expected)
  })

  it.each([chatAdapter, jsonAdapter])("offers every label to the letter in the $name adapter's words", (adapter) => {
    const candidate = { instructions: signature.instructions, reasoning: true }

    for (const label of ["plain one", "it's", "x; y", "c (d), e"]) {
      const material = { signature, candidate, demos: [], inputs: { message: label } }
      const read = adapter.parse(offlineAnswer(adapter.format(material)).text, material)
      expect(Result.getOrThrow(read)).toMatchObject({ kind: label })
    }
  })
})
