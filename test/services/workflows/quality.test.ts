import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { inMemory, loaded, said } from "./workflowsOf.ts"

const step = (quality: string, more = 'signature: "message -> intent, order_number"') => `workflow:
  name: x
  steps:
    - name: a
      type: claude
      prompt: hi
      ${more}
      quality:
${quality}
`

const list = (...checks: ReadonlyArray<string>) => step(checks.map((check) => `        - ${check}`).join("\n"))

describe("quality", () => {
  it("takes every check, and keeps it as it is written", async () => {
    const text = list(
      "schema",
      "{ schema: , weight: 2 }",
      '{ pattern: "^LO-\\\\d{5}$", field: order_number }',
      "{ keywords: [refund, 30, true], match: any, weight: 0.5 }",
      "length: { min: 20, max: 400, unit: characters }",
      'similarity: "{{inputs.reference}}"',
      "llm_judge",
      "llm_judge: { rubric: Be kind., model: openai/gpt-5-mini }",
      "llm_judge:",
      "assess: ./quality.ts",
    )

    const { workflow, warnings } = await loaded(text)

    expect(warnings).toEqual([])
    expect(workflow.steps[0].quality).toEqual([
      "schema",
      { schema: {}, weight: 2 },
      { pattern: "^LO-\\d{5}$", field: "order_number" },
      { keywords: ["refund", "30", "true"], match: "any", weight: 0.5 },
      { length: { min: 20, max: 400, unit: "characters" } },
      { similarity: "{{inputs.reference}}" },
      "llm_judge",
      { llm_judge: { rubric: "Be kind.", model: "openai/gpt-5-mini" } },
      { llm_judge: {} },
      { assess: "./quality.ts" },
    ])
  })

  it("is the same in TypeScript", async () => {
    const quality = ["schema", { keywords: ["refund"], weight: 2 }] as const

    const { workflow } = await inMemory("", (workflows) =>
      workflows.fromValue(
        {
          name: "x",
          steps: [
            {
              name: "a",
              type: "claude",
              prompt: [{ type: "static", content: "hi" }],
              signature: {
                instructions: "",
                inputs: [{ name: "message", type: "string" }],
                outputs: [{ name: "intent", type: "string" }],
              },
              quality,
            },
          ],
        },
        "/",
      ),
    )

    expect(workflow.steps[0].quality).toEqual(quality)
  })

  it("says which checks are none, and which was meant", async () => {
    const text = list(
      "schemma",
      "pattern",
      "./quality.ts",
      "12",
      "",
      "{ patern: x }",
      "{ weight: 2 }",
      "{ feedback: { weight: 2 } }",
      "{ pattern: x, keywords: [y] }",
    )

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:9:11: error: There is no check 'schemma'. Did you mean 'schema'? Checks: schema, pattern, keywords, length, similarity, llm_judge, assess, feedback. (workflow.steps[0].quality[0])
      p.yaml:10:11: error: 'pattern' needs a value: '- pattern: "^LO-"'. (workflow.steps[0].quality[1])
      p.yaml:11:11: error: There is no check './quality.ts'. Write '- assess: ./quality.ts' for a module of your own. (workflow.steps[0].quality[2])
      p.yaml:12:11: error: This check is the number 12; expected the name of a check, or a map with one of: schema, pattern, keywords, length, similarity, llm_judge, assess. (workflow.steps[0].quality[3])
      p.yaml:13:11: error: This check is empty; expected the name of a check, or a map with one of: schema, pattern, keywords, length, similarity, llm_judge, assess. (workflow.steps[0].quality[4])
      p.yaml:14:13: error: There is no check 'patern'. Did you mean 'pattern'? Checks: schema, pattern, keywords, length, similarity, llm_judge, assess, feedback. (workflow.steps[0].quality[5].patern)
      p.yaml:15:11: error: This check has none of the keys that name one: schema, pattern, keywords, length, similarity, llm_judge, assess. (workflow.steps[0].quality[6])
      p.yaml:16:23: error: 'feedback' takes no settings. Write '- feedback'. (workflow.steps[0].quality[7].feedback)
      p.yaml:17:11: error: This check is 'pattern' and 'keywords' at once. Begin each with a dash of its own. (workflow.steps[0].quality[8])
      invalid"
    `)
  })

  it("says what is wrong with the settings of a check", async () => {
    const text = list(
      "{ schema: strict }",
      '{ pattern: "(", feild: intent }',
      '{ pattern: "(?=a)b", weight: 0 }',
      "{ pattern: }",
      "{ keywords: refund }",
      "{ keywords: [] }",
      "{ keywords: [a], match: some, weight: heavy }",
      "{ length: 20 }",
      "{ length: { unit: words } }",
      "{ length: { min: 1.5, unit: pages } }",
      "{ length: { min: 9, max: 3 } }",
      "{ length: { max: 0, maximum: 3 } }",
      "{ length: { max: 0 } }",
      "{ similarity: [a] }",
      "{ llm_judge: Be kind. }",
      "{ llm_judge: { rubrik: Be kind. } }",
      "{ assess: }",
      "{ pattern: x, field: order_numbr }",
    )

    expect(await said(text)).toMatchInlineSnapshot(`
      "
      p.yaml:9:21: error: 'schema' takes no settings. Write '- schema'. (workflow.steps[0].quality[0].schema)
      p.yaml:10:22: error: 'pattern' cannot be used: the pattern "(" has no ) for an open ( at its character 2. (workflow.steps[0].quality[1].pattern)
      p.yaml:10:27: error: There is no setting 'feild' here. Did you mean 'field'? (workflow.steps[0].quality[1].feild)
      p.yaml:11:40: error: 'weight' is the number 0: expected a value greater than 0. (workflow.steps[0].quality[2].weight)
      p.yaml:12:22: error: 'pattern' is left empty. Write '- pattern: "^LO-"'. (workflow.steps[0].quality[3].pattern)
      p.yaml:13:23: error: 'keywords' is the text 'refund'; write a list: [refund]. (workflow.steps[0].quality[4].keywords)
      p.yaml:14:23: error: The list of 'keywords' is empty. Name at least one. (workflow.steps[0].quality[5].keywords)
      p.yaml:15:35: error: 'match' is the text 'some'. Allowed: all, any. (workflow.steps[0].quality[6].match)
      p.yaml:15:49: error: 'weight' is the text 'heavy': expected number. (workflow.steps[0].quality[6].weight)
      p.yaml:16:21: error: 'length' is the number 20; write '- length: { min: 20, max: 400 }'. (workflow.steps[0].quality[7].length)
      p.yaml:17:21: error: 'length' has neither 'min' nor 'max'. Add one of them. (workflow.steps[0].quality[8].length)
      p.yaml:18:28: error: 'min' is the number 1.5: expected an integer. (workflow.steps[0].quality[9].length.min)
      p.yaml:18:39: error: 'unit' is the text 'pages'. Allowed: words, characters. (workflow.steps[0].quality[9].length.unit)
      p.yaml:19:28: error: 'min' is 9 and 'max' is 3: no answer is that long. Swap them? (workflow.steps[0].quality[10].length.min)
      p.yaml:20:31: error: There is no setting 'maximum' here. Settings: min, max, unit. (workflow.steps[0].quality[11].length.maximum)
      p.yaml:21:28: error: 'max' is 0, so no answer would do. Use a number above 0. (workflow.steps[0].quality[12].length.max)
      p.yaml:22:25: error: 'similarity' is a list: expected text. (workflow.steps[0].quality[13].similarity)
      p.yaml:23:24: error: 'llm_judge' is the text 'Be kind.'; write { rubric: "…", model: "…" }. (workflow.steps[0].quality[14].llm_judge)
      p.yaml:24:26: error: There is no setting 'rubrik' here. Did you mean 'rubric'? (workflow.steps[0].quality[15].llm_judge.rubrik)
      p.yaml:25:21: error: 'assess' is left empty. Write '- assess: ./quality.ts'. (workflow.steps[0].quality[16].assess)
      p.yaml:26:32: error: The signature has no output 'order_numbr'. Did you mean 'order_number'? Outputs: intent, order_number. (workflow.steps[0].quality[17].field)
      invalid"
    `)
  })

  it("is a list", async () => {
    expect(await said(step("        schema"))).toMatchInlineSnapshot(`
      "
      p.yaml:9:9: error: 'quality' is the text 'schema'; write a list, such as '- schema'. (workflow.steps[0].quality)
      invalid"
    `)
    expect(await said(step("        []"))).toMatchInlineSnapshot(`
      "
      p.yaml:9:9: warning: The list of checks is empty, so nothing is judged. (workflow.steps[0].quality)
      valid"
    `)
    expect(await said(step(""))).toBe("\nvalid")
  })

  it("keeps the scores of people apart from everything else", async () => {
    expect(await said(list("feedback"))).toBe("\nvalid")
    expect(await said(list("schema", "feedback"))).toMatchInlineSnapshot(`
      "
      p.yaml:10:11: error: 'feedback' stands alone: the scores of people are not mixed with other checks. Remove it or the others. (workflow.steps[0].quality[1])
      invalid"
    `)
  })

  it("wants a signature where the outputs are looked at", async () => {
    expect(await said(step("        [schema]", "preset: fast"))).toMatchInlineSnapshot(`
      "
      p.yaml:9:10: error: 'schema' looks at the outputs of a signature, and this step has none. Add 'signature'. (workflow.steps[0].quality[0])
      invalid"
    `)
    expect(await said(step("        [{ pattern: x, field: summary }]", "preset: fast"))).toBe("\nvalid")
  })

  it("is one of the keys of a step that calls a model, and of no other", async () => {
    const control = "workflow: { name: x, steps: [{ name: a, type: set_variable, variables: { n: 1 }, quality: 80 }] }"

    expect(await said(list("schema"), { strict: true })).toBe("\nvalid")
    expect(await said(control)).toBe("\nvalid")
    expect(await said(control, { strict: true })).toMatchInlineSnapshot(`
      "
      p.yaml:1:82: warning: Nothing reads the key 'quality' here. (workflow.steps[0].quality)
      valid"
    `)
    expect((await loaded(control)).workflow.steps[0]).not.toHaveProperty("quality")
  })

  it("reports a reference that renders as nothing, with --strict", async () => {
    expect(await said(list('similarity: "{{referenc}} {{steps.b.text}}"'), { strict: true })).toMatchInlineSnapshot(`
      "
      p.yaml:9:24: warning: '{{referenc}}' renders as nothing unless the run gets an input 'referenc': no earlier step and no variable has that name. (workflow.steps[0].quality[0].similarity)
      p.yaml:9:37: warning: '{{steps.b.text}}' has no value: there is no step 'b'. Did you mean 'a'? (workflow.steps[0].quality[0].similarity)
      valid"
    `)
  })

  it("means nothing under strict compatibility, as before", async () => {
    const text =
      "workflow: { name: x, steps: [{ name: a, type: claude, quality: high, prompt: [{ type: static, content: hi }] }] }"

    expect(await said(text, { strictCompat: true })).toBe("\nvalid")
    expect(await said(text, { strictCompat: true, strict: true })).toMatchInlineSnapshot(`
      "
      p.yaml:1:55: warning: Nothing reads the key 'quality' here. (workflow.steps[0].quality)
      valid"
    `)
    expect((await loaded(text, { strictCompat: true })).workflow.steps[0]).not.toHaveProperty("quality")
  })

  it("is accepted or refused with a position, whatever stands there", async () => {
    const names = ["schema", "pattern", "keywords", "length", "similarity", "llm_judge", "assess", "feedback", "weight"]
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("x", [], {}, { min: 1 }, ["x"], 1, null))
    const check = fc.oneof(fc.constantFrom(...names), value, fc.dictionary(fc.constantFrom(...names), value))

    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(check, { maxLength: 3 }), value), async (quality) => {
        const steps = [{ name: "a", type: "claude", prompt: "hi", signature: "a -> b", quality }]

        const verdict = await said(JSON.stringify({ workflow: { name: "x", steps } }))

        expect(verdict).toMatch(/\nvalid$|error: .*\(workflow\.steps\[0\]\.quality.*\)\n(?:.*\n)*invalid$/)
        expect(verdict).not.toMatch(/undefined|\[object/)
      }),
      { numRuns: 300 },
    )
  })
})
