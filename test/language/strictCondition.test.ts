import { describe, expect, it } from "vitest"
import type { Condition } from "../../src/Condition.ts"
import { evaluateCondition } from "../../src/language/evaluateCondition.ts"
import { scopeWith, valueOrMessage } from "./scopes.ts"

const scope = scopeWith({
  results: {
    a: { text: "Mock response for: hello world 12...", success: true, cost: 0.001 },
    c5: { success: true, skipped: true, reason: "Condition not met: missing_step.foo" },
    list: { items: [{ severity: "high" }, { severity: "low" }], numbers: [2, 8], names: ["x"] },
  },
  variables: { counter: 2 },
})

const decided = (condition: Condition) => valueOrMessage(evaluateCondition(condition, scope, "strict_compat"))

describe("conditions in strict compatibility", () => {
  it.each<[Condition, boolean]>([
    ["a.text contains 'hello'", true],
    [{ or: ["a.missing", "a.cost * 2 > 0.0015"] }, true],
    [["a.success == true", "length(a.text) > 5"], true],
    ["missing_step.foo", false],
    ["c5.skipped", true],
    ["a.success and a.text", false],
    ["{{steps.a.cost}} > 0.0005", true],
    ["a.cost between 0 and 1", true],
    ["a.text matches 'hello.*'", false],
    ["a.text matches 'hello'", true],
    ["matches(a.text, '^Mock.+world')", true],
    ["a.text contains 'hello-x' ", false],
    ["a.success == 'true'", false],
    ["a.success != false", true],
    ["a.nope == null", true],
    ["not a.success", false],
    ["a.text.length > 5", true],
    ["a.cost>0", false],
    ["contains(a.text, 'hello')", true],
    ["length(a.text) > 5 and a.success", false],
    [{ and: ["a.success", { or: ["a.nope", "a.cost < 1"] }, { not: "a.nope" }] }, true],
    ["true", false],
    ["1 > 0", true],
    ["{{a.success}}", false],
    ["{{steps.a.success}}", false],
    ["{{steps.a.success}} == true", true],
    ["{{state.counter}} < 3", true],
    ["state.counter < 3", false],
    ["a.cost / 0 == 0", true],
    ["a.text - 1", true],
    ["a.text - 1 != 3", true],
    ["10 - 3 - 2 == 5", true],
    ["count(list.numbers, '@ > 6') == 1", true],
    ["any(list.items, 'severity == \"low\"')", true],
    ["all(list.items, 'severity == \"low\"')", false],
    ["now() > 5", false],
  ])("decides %j as the original does: %s", (condition, expected) => {
    expect(decided(condition)).toBe(expected)
  })

  it.each<[Condition, string]>([
    [true, "the original format cannot decide a condition that is a boolean"],
    ["nope(a.text)", "calls nope with 1 arguments: there is no such function"],
    ["contains(a.text, 'x, y')", "calls contains with 3 arguments: it takes 2"],
    ["a.text.foo", 'looks up "foo" of a.text.foo in a text'],
    ["any(list.items, '@ == 1')", "cannot put an object into a text"],
  ])("fails on %j, which crashes the original", (condition, expected) => {
    expect(decided(condition)).toContain(expected)
  })

  it("decides at once on a text full of calls that never end", () => {
    expect(decided("a(".repeat(90_000))).toBe(false)
  }, 2_000)

  it("stops a condition that an item makes call itself", () => {
    const looping = scopeWith({ results: { list: { items: ["any(list.items, '@')"] } } })

    const answer = valueOrMessage(evaluateCondition("any(list.items, '@')", looping, "strict_compat"))

    expect(answer).toContain("takes too long to decide")
  })
})
