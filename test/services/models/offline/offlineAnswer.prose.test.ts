import { describe, expect, it } from "vitest"
import type { ModelMessage } from "../../../../src/services/models/Models.ts"
import { offlineAnswer } from "../../../../src/services/models/offline/offlineAnswer.ts"

const answer = (prompt: string, system?: string): string => {
  const head: ReadonlyArray<ModelMessage> = system === undefined ? [] : [{ role: "system", content: system }]
  return offlineAnswer([...head, { role: "user", content: prompt }]).text
}

describe("a labelling prompt that a person wrote", () => {
  it.each([
    [
      "a list after one of",
      "Classify the message into one of: billing, refund, other.\n\nMessage: a refund, please",
      "refund",
    ],
    ["a list before a colon", "Classify as billing or refund: I paid twice and want a refund", "refund"],
    [
      "bullets with descriptions",
      "Categories:\n- money: invoices, payments\n- parcels - shipping and post\n\nMessage:\nMy shipping is late",
      "parcels",
    ],
    [
      "numbered bullets",
      "Pick one of these labels:\n1. billing\n2. Refund\n\nAnswer with the label only.\n\nText: refund me",
      "Refund",
    ],
    ["a question", "Which intent has this: billing, refund, other?\n\nText: a refund, please", "refund"],
    [
      "a question of these",
      "Which of these topics fits best: parcels, money?\n\nMessage: where are my parcels",
      "parcels",
    ],
    ["quoted names", "Is the sentiment 'good', 'bad' or 'mixed'?\n\nBad service, bad food.", "bad"],
    ["names divided by bars", "Labels: billing | refund | other\n\n<message>refund now</message>", "refund"],
    ["delimited text", "Choose one of billing, refund.\n\n```\nA refund\n```", "refund"],
  ])("is answered with just the label: %s", (_, prompt, expected) => {
    expect(answer(prompt)).toBe(expected)
  })

  it("takes labels from the system message and the whole user message as text", () => {
    expect(answer("I forgot how to login", "Triage. Allowed intents: billing, login, refund.")).toBe("login")
  })

  it.each([
    [
      "Message and Intent",
      "Message: I paid twice\nIntent: a1\n\nMessage: parcel is late\nIntent: b2\n\nMessage: late parcel\nIntent:",
    ],
    [
      "Input and Output, numbered",
      "Example 1:\nInput: I paid twice\nOutput: a1\n\nExample 2:\nInput: parcel is late\nOutput: b2\n\nNow you.\nInput: late parcel\nOutput:",
    ],
    ["Q and A without a last A", "Q: I paid twice\nA: a1\nQ: parcel is late\nA: b2\nQ: late parcel"],
    ["arrows", '"I paid twice" -> a1\n"parcel is late" -> b2\n"late parcel" ->'],
    ["arrows with a key before", "Text: I paid twice → a1\nText: parcel is late → b2\n\nText: late parcel"],
  ])("follows examples written as %s", (_, examples) => {
    const swapped = examples.replace("a1", "x").replace("b2", "a1").replace("x", "b2")

    expect(answer(`Label the last one.\n\n${examples}`)).toBe("b2")
    expect(answer(`Label the last one.\n\n${swapped}`)).toBe("a1")
  })

  it("follows examples in the system message and in earlier turns", () => {
    const system = "Classify.\n\nMessage: I paid twice\nIntent: a1\n\nMessage: parcel is late\nIntent: b2"
    const turns: ReadonlyArray<ModelMessage> = [
      { role: "user", content: "I paid twice" },
      { role: "assistant", content: "a1" },
      { role: "user", content: "parcel is late" },
      { role: "assistant", content: "b2" },
      { role: "user", content: "I paid too much" },
    ]

    expect(answer("a late parcel", system)).toBe("b2")
    expect(offlineAnswer(turns).text).toBe("a1")
  })

  it("does not take choices inside the text for labels", () => {
    const prompt = "Extract the order number.\n\nMessage: either a refund or a lamp for order AB-12"

    expect(answer(prompt)).toBe("AB-12")
  })
})

describe("an extracting prompt that a person wrote", () => {
  it.each([
    ["order number", "Hi, order #88123 from 2024 is late.", "#88123"],
    ["email address", "Write to ann@example.org.", "ann@example.org"],
    ["amount", "I paid $45.20 for 2 lamps.", "$45.20"],
    ["date", "It came on 3 May 2024 at noon", "3 May 2024"],
    ["customer's name", "Hello, my name is Ada Berg and I wait", "Ada Berg"],
    ["link", "See https://example.org/a?b=1, please", "https://example.org/a?b=1"],
  ])("is answered with the %s", (wanted, text, expected) => {
    expect(answer(`Extract the ${wanted} from the message.\n\nMessage: ${text}`)).toBe(expected)
  })

  it("says unknown when nothing in the text fits", () => {
    expect(answer("Extract the order number from the message.\n\nMessage: Hello there")).toBe("unknown")
  })

  it("learns from the examples where the value stands, and what they say when there is none", () => {
    const examples = "Message: a table in Paris for two\nCity: Paris\n\nMessage: thanks a lot\nCity: none\n\n"

    expect(answer(`${examples}Message: we eat in New York for fun\nCity:`)).toBe("New York")
    expect(answer(`${examples}Message: hello\nCity:`)).toBe("none")
  })

  it("fills a JSON object that is shown as a template", () => {
    const template = '{"category": "billing|refund", "order": "string or null", "amount": 0, "urgent": true}'

    const text = answer(`Respond with JSON: ${template}\n\nMessage: an urgent refund of 45.20 for order AB-1234`)

    expect(JSON.parse(text)).toMatchObject({ category: "refund", order: "AB-1234", urgent: true })
  })

  it("fills a JSON object whose fields are listed, and one described by a schema", () => {
    const message = "Message: Refund the amount of 45.20 to ann@example.org"
    const listed =
      "Return a JSON object with these fields:\n- category: one of billing, refund\n- email: where to write\n- amount (number)"
    const schema =
      'Answer in JSON by this schema: {"type": "object", "properties": {"category": {"enum": ["billing", "refund"]}, "email": {"type": "string"}, "amount": {"type": "number"}}}'

    const expected = { category: "refund", email: "ann@example.org", amount: 45.2 }
    expect(JSON.parse(answer(`${listed}\n\n${message}`))).toEqual(expected)
    expect(JSON.parse(answer(`${schema}\n\n${message}`))).toEqual(expected)
  })

  it("answers with a JSON array where one is asked for", () => {
    const text = answer("Extract all email addresses as a JSON array.\n\nText: a@b.org, then c@d.org")

    expect(JSON.parse(text)).toEqual(["a@b.org", "c@d.org"])
  })
})

describe("any other prompt", () => {
  it("drafts a reply from the text and the facts beside it", () => {
    const text = answer(
      "Draft a reply to the customer.\n\nOrder: AB-1\n\nMessage: My lamp is broken. Please send a new lamp.",
    )

    expect(text).toContain("AB-1")
    expect(text).toContain("lamp")
  })

  it("adapts the nearest example's free text, without another case's numbers", () => {
    const examples =
      "Message: Where is parcel 4411?\nReply: Parcel 4411 is on its way, we are sorry for the long wait.\n\nMessage: I paid twice\nReply: We will pay back what was charged too much, give us a few days.\n\n"

    expect(answer(`${examples}Message: Where is parcel 9020?\nReply:`)).toBe(
      "Parcel 9020 is on its way, we are sorry for the long wait.",
    )
    expect(answer(`${examples}Message: Where is my parcel?\nReply:`)).not.toContain("4411")
  })

  it("summarises by the text's own sentences", () => {
    const prompt =
      "Summarize the following text:\n\nThe council will build a bridge. The bridge costs two million. Tea was served."

    expect(answer(prompt)).toBe("The council will build a bridge. The bridge costs two million.")
  })

  it("is never left without an answer", () => {
    expect(answer("Analyze this code structure")).not.toBe("")
    expect(answer("")).toBe("unknown")
    expect(offlineAnswer([])).toEqual({ text: "unknown", tokens: { input: 1, output: 2 } })
  })
})
