import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { interpolate, interpolateText } from "../../src/language/interpolate.ts"
import { scopeWith, valueOrMessage } from "./scopes.ts"

const scope = scopeWith({
  inputs: { message: "Where is my order?", k: 5, flags: { urgent: true }, "my-key": "hyphen" },
  results: {
    classify: { success: true, text: "refund", cost: 0.001, scores: [{ name: "refund", p: 0.9 }] },
    gem: { success: true, content: "from gemini" },
    nested: { result: { thetext: "inner" } },
    "step-1": { success: true, text: "one" },
    "step 2": { success: true, text: "two" },
    state: { success: true, text: "a step called state" },
    "my-step": { success: true, text: "dashes work" },
    later: { success: true, skipped: true, reason: "Condition not met: false" },
  },
  variables: { n: 3, txt: "v", list: [1, 2], loop: { item: { n: "a" }, index: 0 } },
  globalVars: { tone: "kind" },
})

const filled = (template: string) => valueOrMessage(interpolate(template, scope, "ours"))
const text = (template: string) =>
  valueOrMessage(Result.map(interpolateText(template, scope, "ours"), ({ text }) => text))
const blanks = (template: string) =>
  valueOrMessage(Result.map(interpolate(template, scope, "ours"), ({ blanks }) => blanks))

describe("interpolation in our dialect", () => {
  it.each([
    ["{{inputs.message}} !", "Where is my order? !"],
    ["{{ message }}", "Where is my order?"],
    ["{{inputs.flags.urgent}}", "true"],
    ["{{steps.classify.text}}/{{classify.text}}", "refund/refund"],
    ["{{steps.classify.scores[0].name}} {{steps.classify.scores.0.p}}", "refund 0.9"],
    ["{{steps.gem.text}}", "from gemini"],
    ["{{steps.classify.content}}", "refund"],
    ["{{steps.nested.result.thetext}} {{steps.nested.thetext}}", "inner inner"],
    ["{{steps.my-step.text}} {{inputs.my-key}} {{my-step.text}}", "dashes work hyphen dashes work"],
    ["{{steps.step-1.text}} {{step-1.text}} {{steps.step 2.text}} {{steps['step 2'].text}}", "one one two two"],
    ["{{state.text}}", "a step called state"],
    ["{{state.n}} {{variables.n}} {{n}} {{loop.item.n}}", "3 3 3 a"],
    ["{{global_vars.tone}}", "kind"],
    ["{{run.id}} {{run.startedAt}} {{timestamp}}", "run-1 2026-03-01T12:00:00.000Z 2026-03-01T12:00:00.000Z"],
    ["{{n + 2}} {{state.n * 2}} {{n - 1}} {{n / 2}} {{n-1}} {{(n + 1) * 2}}", "5 6 2 1.5 2 8"],
    ["{{0.1 + 0.2}} {{1 / 0}} {{-n}}", "0.3 0 -3"],
    [
      "{{multiply(n, 4)}} {{divide(1, 4)}} {{max(1, n, 2)}} {{round(2.5)}} {{floor(2.9)}} {{ceil(2.1)}}",
      "12 0.25 3 3 2 3",
    ],
    ["{{length(list)}} {{list.length}} {{'a literal'}} {{n > 2 and txt == 'v'}}", "2 2 a literal true"],
    ["{{steps.classify.scores}}", '[\n  {\n    "name": "refund",\n    "p": 0.9\n  }\n]'],
  ])("fills %s", (template, expected) => {
    expect(text(template)).toBe(expected)
  })

  it("keeps the type of a template that is the whole text, and no other", () => {
    expect(filled("{{inputs.k}}")).toEqual({ value: 5, blanks: [] })
    expect(filled("{{steps.classify.scores}}")).toEqual({ value: [{ name: "refund", p: 0.9 }], blanks: [] })
    expect(filled("k={{inputs.k}}")).toEqual({ value: "k=5", blanks: [] })
  })

  it.each([
    ["{{inputs.mesage}}", 'input "mesage" is not given (did you mean "message"?): pass --input mesage=…'],
    ["{{inputs.flags.urgency}}", 'input "flags" has no "urgency" (did you mean "urgent"?); it has: urgent'],
    ["{{steps.clasify.text}}", 'step "clasify" has no result yet (did you mean "classify"?)'],
    ["{{steps.classify.txt}}", 'no field "txt" (did you mean "text"?); it has: cost, scores, success, text'],
    ["{{classify.nope}}", 'the result of step "classify" has no field "nope"; it has: cost'],
    ["{{roundd(1)}}", 'no function roundd at column 3 (did you mean "round"?)'],
    ["x {{inputs.k +}}", "expected a value: a name, a number, a quoted text or a function at column 13, where it ends"],
    ["{{round(1, 2, 3)}}", "round at column 3 takes 1 to 2 arguments, not 3"],
    ["{{txt + 1}}", '"v" is not a number'],
    ["one\ntwo {{inputs.nope}}", '{{inputs.nope}} in line 2: input "nope" is not given'],
    ["{{steps.step-9.text}}", 'step "step-9" has no result yet (did you mean "step-1"?)'],
  ])("says what is wrong with %s", (template, expected) => {
    expect(text(template)).toContain(expected)
  })

  it.each([
    ["{{unknown}}", ["unknown"]],
    ["{{state.nope}} and {{global_vars.nope}}", ["state.nope", "global_vars.nope"]],
    ["{{env.HOME}}", ["env.HOME"]],
    ["{{steps.later.text}}", ["steps.later.text"]],
    ["{{previous_response:orders}}{{#each items}}{{/each}}", ["previous_response:orders", "#each items", "/each"]],
  ])("renders %s as nothing and says so", (template, names) => {
    expect(text(template).replace(" and ", "")).toBe("")
    expect(blanks(template)).toEqual(names)
  })

  it("counts what is not there as 0 in arithmetic, and says so", () => {
    expect(filled("{{x + 1}}")).toEqual({ value: 1, blanks: ["x"] })
  })

  it.each(['{{"a": 1}}', "an open {{ brace", '{{"a": {"b": 1}}}', "{{}}", "{{ }}", "}} {{", "{ {a} }", "{{['a', 1]}}"])(
    "leaves %s as it is",
    (template) => {
      expect(filled(template)).toEqual({ value: template, blanks: [] })
    },
  )

  it("never reads an inserted value as a template", () => {
    const hostile = scopeWith({ inputs: { a: "{{inputs.secret}}", secret: "s3cret" } })

    expect(valueOrMessage(interpolateText("<{{inputs.a}}>", hostile, "ours"))).toEqual({
      text: "<{{inputs.secret}}>",
      blanks: [],
    })
  })

  it("does not reach what objects inherit", () => {
    expect(blanks("{{constructor.name}}{{__proto__.x}}")).toEqual(["constructor.name", "__proto__.x"])
    expect(text("{{steps.constructor.name}}")).toContain('step "constructor" has no result yet')
  })
})
