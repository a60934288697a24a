import { describe, expect, it } from "vitest"
import { loaded, said } from "./workflowsOf.ts"

const workflow = (step: string, rest = "") =>
  `workflow:\n  name: x\n  steps:\n    - name: classify\n      type: claude\n      prompt: hi\n${step}${rest}`

const signatureOf = async (step: string, rest = "") => (await loaded(workflow(step, rest))).workflow.steps[0].signature

describe("the map form", () => {
  it("names and types the fields", async () => {
    const step = `      instructions: Sort the message.
      signature:
        input_fields:
          - { name: message, type: string, description: what the customer wrote, template: "{{inputs.text}}" }
        output_fields:
          - { name: intent, type: enum, values: [refund, other] }
          - { name: score, type: number }
          - { name: tags, type: array, schema: { type: array, items: { type: string } } }
          - { name: note, type: str, optional: true }
`

    expect(await signatureOf(step)).toEqual({
      instructions: "Sort the message.",
      inputs: [
        { name: "message", type: "string", description: "what the customer wrote", template: "{{inputs.text}}" },
      ],
      outputs: [
        { name: "intent", type: "enum", values: ["refund", "other"] },
        { name: "score", type: "number" },
        { name: "tags", type: "array", schema: { type: "array", items: { type: "string" } } },
        { name: "note", type: "string", optional: true },
      ],
    })
  })

  it("may map names to types", async () => {
    const step = "      signature: { inputs: { message: str }, outputs: { intent: \"Literal['refund', 'other']\" } }\n"

    expect(await signatureOf(step)).toEqual({
      instructions: "From `message`, work out `intent`.",
      inputs: [{ name: "message", type: "string" }],
      outputs: [{ name: "intent", type: "enum", values: ["refund", "other"] }],
    })
  })

  it("takes its own instructions before those of the step", async () => {
    const step = "      instructions: outer\n      signature: { instructions: inner, inputs: [a], outputs: [b] }\n"

    expect((await signatureOf(step))?.instructions).toBe("inner")
  })

  it("reports each wrong field", async () => {
    const step = `      signature:
        input_fields: [{ nmae: message, type: string }, { name: age, type: integr }, 7]
        output_fields: [{ name: intent, type: enum }, "score: flaot", { name: x, type: 3 }, { name: y, type: "list[str", values: a }]
`

    expect(await said(workflow(step))).toMatchInlineSnapshot(`
      "
      p.yaml:8:24: error: This field has no name. Rename 'nmae' to 'name'? (workflow.steps[0].signature.input_fields[0].name)
      p.yaml:8:76: error: Field 'age': unknown type 'integr'. Did you mean 'integer'? Types: str, int, float, bool, list[…], dict[…], Literal[…], Optional[…]. (workflow.steps[0].signature.input_fields[1].type)
      p.yaml:8:86: error: This field is the number 7, not a map with 'name' and 'type'. (workflow.steps[0].signature.input_fields[2])
      p.yaml:9:25: error: Field 'intent': a field of type enum needs 'values', the list of its labels. (workflow.steps[0].signature.output_fields[0].values)
      p.yaml:9:55: error: This field cannot be read: unknown type 'flaot'. Did you mean 'float'? Types: str, int, float, bool, list[…], dict[…], Literal[…], Optional[…]. (workflow.steps[0].signature.output_fields[1])
      p.yaml:9:88: error: Field 'x': its type is the number 3, not the name of a type. (workflow.steps[0].signature.output_fields[2].type)
      p.yaml:9:130: error: Field 'y': 'values' is the text 'a', not a list of labels. (workflow.steps[0].signature.output_fields[3].values)
      invalid"
    `)
  })

  it("needs both sides", async () => {
    expect(await said(workflow("      signature: { input_feilds: [a], output_fields: [] }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:18: error: The signature has no 'input_fields'. Rename 'input_feilds' to 'input_fields'? (workflow.steps[0].signature.input_fields)
      p.yaml:7:54: error: 'output_fields' is empty. Add at least one field. (workflow.steps[0].signature.output_fields)
      invalid"
    `)
    expect(await said(workflow("      signature: { input_fields: 3, outputs: [b] }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:34: error: 'input_fields' is the number 3, not a list of fields. (workflow.steps[0].signature.input_fields)
      invalid"
    `)
  })

  it("gives each field a name of its own", async () => {
    expect(await said(workflow("      signature: { inputs: [a], outputs: [a] }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:18: error: The signature is wrong: the field 'a' stands in it twice; give each field a name of its own. (workflow.steps[0].signature)
      invalid"
    `)
  })

  it("is ignored, with a warning, where it is something else", async () => {
    expect(await said(workflow("      signature: { x: 1 }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:18: warning: This is no signature, so it is ignored: write 'question -> answer', or a map with 'input_fields' and 'output_fields'. (workflow.steps[0].signature)
      valid"
    `)
    expect(await signatureOf("      signature: { x: 1 }\n")).toBeUndefined()
  })

  it("is told from other values", async () => {
    expect(await said(workflow("      signature: [a, b]\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:18: error: The signature is a list; write 'question -> answer', or a map with 'input_fields' and 'output_fields'. (workflow.steps[0].signature)
      invalid"
    `)
  })

  it("has its unread keys reported by --strict", async () => {
    const step =
      "      signature: { input_fields: [{ name: a, type: str, constraints: { max: 3 } }], outputs: [b], examples: [] }\n"

    expect(await said(workflow(step), { strict: true })).toMatchInlineSnapshot(`
      "
      p.yaml:7:57: warning: Nothing reads the key 'constraints' here. (workflow.steps[0].signature.input_fields[0].constraints)
      p.yaml:7:99: warning: Nothing reads the key 'examples' here. (workflow.steps[0].signature.examples)
      valid"
    `)
  })
})

describe("the short form", () => {
  const short = (text: string) => signatureOf(`      signature: ${JSON.stringify(text)}\n`)

  it("reads names, and types where given", async () => {
    expect(await short("question, context: str -> answer: float")).toEqual({
      instructions: "From `question` and `context`, work out `answer`.",
      inputs: [
        { name: "question", type: "string" },
        { name: "context", type: "string" },
      ],
      outputs: [{ name: "answer", type: "number" }],
    })
  })

  it("reads every type", async () => {
    const types =
      "a: bool, b: int, c: list[int], d: dict[str, list[float]], e: Literal['x', \"y\", 3], f: Optional[str], g: int | None, h: list, i: dict[str, any], j: list[Optional[Literal['p']]]"

    expect((await short(`q -> ${types}`))?.outputs).toEqual([
      { name: "a", type: "boolean" },
      { name: "b", type: "integer" },
      { name: "c", type: "array", schema: { type: "array", items: { type: "integer" } } },
      {
        name: "d",
        type: "object",
        schema: { type: "object", additionalProperties: { type: "array", items: { type: "number" } } },
      },
      { name: "e", type: "enum", values: ["x", "y", "3"] },
      { name: "f", type: "string", optional: true },
      { name: "g", type: "integer", optional: true },
      { name: "h", type: "array" },
      { name: "i", type: "object", schema: { type: "object", additionalProperties: {} } },
      {
        name: "j",
        type: "array",
        schema: { type: "array", items: { anyOf: [{ enum: ["p"] }, { type: "null" }] } },
      },
    ])
  })

  it.each([
    "question ->",
    "-> answer",
    "a -> b: flaot",
    "a -> b: list[int",
    "a -> b: dict[str]",
    "a -> b: str[int]",
    "a -> b: Literal[]",
    "a -> b c",
    "a -> b: __import__('os')",
    "a -> b -> c",
    "a, a -> b",
    "a -> b: int | str",
    `a -> b: ${"list[".repeat(12)}`,
  ])("reports what is wrong with %s", async (text) => {
    expect(await said(workflow(`      signature: ${JSON.stringify(text)}\n`))).toMatchSnapshot()
  })
})

describe("where a signature comes from", () => {
  const named = "  dspy_config: { signatures: { classify: 'a -> entry', other: 'a -> other' } }\n"

  it("is the step, then its dspy_signature, then the entry under its name", async () => {
    const outputOf = async (step: string) => (await signatureOf(step, named))?.outputs[0].name

    expect(await outputOf("      signature: a -> own\n      dspy_signature: a -> dspy\n")).toBe("own")
    expect(await outputOf("      dspy_signature: a -> dspy\n")).toBe("dspy")
    expect(await outputOf("")).toBe("entry")
  })

  it("is an entry that the step names", async () => {
    expect((await signatureOf("      signature: other\n", named))?.outputs[0].name).toBe("other")
    expect((await signatureOf("      dspy_signature: other\n", named))?.outputs[0].name).toBe("other")
  })

  it("is an entry that exists", async () => {
    expect(await said(workflow("      signature: othr\n", named))).toMatchInlineSnapshot(`
      "
      p.yaml:7:18: error: There is no signature 'othr' in 'dspy_config.signatures'. Did you mean 'other'? The short form has an arrow: 'question -> answer'. (workflow.steps[0].signature)
      p.yaml:8:56: warning: No step is called 'other' or names this signature, so nothing uses it. (workflow.dspy_config.signatures.other)
      invalid"
    `)
    expect(await said(workflow("      dspy_signature: CodeAnalysis\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:23: warning: There is no signature 'CodeAnalysis' in 'dspy_config.signatures'. The short form has an arrow: 'question -> answer'. (workflow.steps[0].dspy_signature)
      valid"
    `)
  })

  it("may be shared, and then its mistakes are reported once", async () => {
    const text = `workflow:
  name: x
  dspy_config: { signatures: { shared: "a -> b: flaot" } }
  steps:
    - { name: one, type: claude, prompt: hi, signature: shared }
    - { name: two, type: claude, prompt: hi, signature: shared }
`

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:3:40: error: The signature 'a -> b: flaot' cannot be read: unknown type 'flaot'. Did you mean 'float'? Types: str, int, float, bool, list[…], dict[…], Literal[…], Optional[…]. (workflow.dspy_config.signatures.shared)
      invalid"
    `)
  })

  it("is a step's own, or else belongs to nobody", async () => {
    expect(await said(workflow("", "  dspy_config: { signatures: { clasify: a -> b } }\n"))).toMatchInlineSnapshot(`
      "
      p.yaml:7:32: warning: No step is called 'clasify' or names this signature, so nothing uses it. Did you mean 'classify'? (workflow.dspy_config.signatures.clasify)
      valid"
    `)
  })

  it("places a problem in an entry there", async () => {
    expect(
      await said(workflow("", "  dspy_config:\n    signatures:\n      classify: a -> b -> c\n")),
    ).toMatchInlineSnapshot(`
      "
      p.yaml:9:17: error: The signature 'a -> b -> c' cannot be read: ',' or the end is expected where '->' stands. (workflow.dspy_config.signatures.classify)
      invalid"
    `)
  })
})
