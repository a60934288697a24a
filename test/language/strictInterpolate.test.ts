import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { interpolate, interpolateText } from "../../src/language/interpolate.ts"
import type { Scope } from "../../src/StepTask.ts"
import { scopeWith, valueOrMessage } from "./scopes.ts"

const scope = scopeWith({
  results: {
    a: { text: "Mock response for: hello...", success: true },
    n1: { result: { thetext: "inner" } },
    n2: { j1: { text: "j" } },
  },
  variables: { n: 3, txt: "v", list: [65, 66], items: [{ n: "a" }], half: 2.5, map: { a: 1 } },
  globalVars: { gv: "G" },
})

const text = (template: string, within: Scope = scope) =>
  valueOrMessage(Result.map(interpolateText(template, within, "strict_compat"), ({ text }) => text))

describe("interpolation in strict compatibility", () => {
  it.each([
    ["k={{ unknown }} e={{env.HOME}} d={{a-b}} s={{a/b}} p={{x + 1}}", "k= e= d=0 s=0/0 p=1"],
    [
      "n={{n}} n2={{n + 2}} n3={{state.n * 2}} n4={{n - 1}} n5={{n / 2}} list={{txt}}",
      "n=3 n2=5 n3=6 n4=2 n5=3 / 2 list=v",
    ],
    ["item={{loop.item.n}} cnt={{state.n}} idx={{loop.index}}", "item= cnt=3 idx="],
    ["a/{{timestamp}}_{{steps.none.x}}.md", "a/_{{steps.none.x}}.md"],
    ["{{inputs.x}} {{global_vars.nope}} {{steps.a.nope}}", "{{inputs.x}} {{global_vars.nope}} {{steps.a.nope}}"],
    ["gv={{global_vars.gv}} st={{steps.a.text}}", "gv=G st=Mock response for: hello..."],
    ["1={{steps.n1.result.thetext}} 2={{steps.n1.thetext}} 3={{steps.n2.j1.text}}", "1=inner 2=inner 3=j"],
    ["{{half + 2}} {{list}} {{n * n}} {{1 + 2 + 3}} {{-5}}", "2.5 + 2 AB 9 1 + 2 + 3 -5"],
    ["{{multiply(3, 4)}} {{divide(6, 2)}} {{max(1, 2.0)}} {{round(2.5)}} {{nope(n, x)}}", "12 3.0 2.0 3 nope(3, x)"],
    ["{{}} {{a} }} {{", "{{}} {{a} }} {{"],
    ["{{steps.a.error != null}}|{{max_iterations | default: 10}}", "{{steps.a.error != null}}|"],
    ["{{previous_response:x}}{{n ? 3 : 1}}{{#if n}}", ""],
  ])("fills %s as the original does", (template, expected) => {
    expect(text(template)).toBe(expected)
  })

  it.each(["{{map}}", "{{items}}", "{{steps.a}}"])("fails on %s, which crashes the original", (template) => {
    expect(text(template)).toContain("the original format cannot put")
  })

  it("keeps the type of a whole template only where inputs were given", () => {
    const withInputs = { ...scope, inputs: { k: 5 } }

    expect(valueOrMessage(interpolate("{{inputs.k}}", withInputs, "strict_compat"))).toEqual({ value: 5, blanks: [] })
    expect(valueOrMessage(interpolate("{{n}}", scope, "strict_compat"))).toEqual({ value: "3", blanks: [] })
    expect(text("{{unknown}}", withInputs)).toBe("")
  })

  it("names what rendered as nothing", () => {
    expect(valueOrMessage(interpolate("{{unknown}}-{{n}}", scope, "strict_compat"))).toEqual({
      value: "-3",
      blanks: ["unknown"],
    })
  })
})
