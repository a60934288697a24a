import { describe, expect, it } from "vitest"
import type { Condition } from "../../src/Condition.ts"
import { evaluateCondition } from "../../src/language/evaluateCondition.ts"
import { scopeWith, valueOrMessage } from "./scopes.ts"

const scope = scopeWith({
  inputs: { limit: 10, flag: true },
  results: {
    a: { text: "Mock response for: hello world 12...", success: true, cost: 0.001 },
    review: {
      text: "well-known: 50% off, call (555)",
      issues: [
        { severity: "high", lines: 3 },
        { severity: "low", lines: 9 },
      ],
      numbers: [2, 8],
      at: "2026-02-27T12:00:00Z",
      result: { score: 8 },
    },
    "step-1": { success: true, cost: 2 },
    hostile: { text: "' or true or '" },
    skipped: { success: true, skipped: true, reason: "Condition not met: x" },
  },
  variables: { count: 3, state_name: "done" },
})

const decided = (condition: Condition) => valueOrMessage(evaluateCondition(condition, scope, "ours"))

describe("conditions in our dialect", () => {
  it.each<[Condition, boolean]>([
    ["a.text contains 'hello'", true],
    [{ or: ["a.missing", "a.cost * 2 > 0.0015"] }, true],
    [["a.success == true", "length(a.text) > 5"], true],
    ["missing_step.foo", false],
    ["skipped.skipped", true],
    ["a.success and a.text", true],
    ["{{steps.a.cost}} > 0.0005", true],
    ["a.cost between 0 and 1", true],
    ["a.text matches 'hello.*'", true],
    ["matches(a.text, '^Mock.+world')", true],
    ["a.text contains 'hello-x' ", false],
    ["review.text contains 'well-known: 50% off, call (555)'", true],
    ["a.success == 'true'", false],
    ["a.success != false", true],
    ["a.nope == null", true],
    ["not a.success", false],
    ["a.text.length > 5", true],
    ["a.cost>0", true],
    ["length(a.text) > 5 and a.success", true],
    [{ and: ["a.success", { or: ["a.nope", "a.cost < 1"] }, { not: "a.nope" }] }, true],
    ["true", true],
    [true, true],
    [false, false],
    ["1 > 0", true],
    ["{{a.success}}", true],
    ["'{{steps.a.success}}' == 'true'", true],
    ["count == 3 and state.count == 3 and variables.count==3", true],
    ["inputs.limit >= 10 && flag", true],
    ["!(a.success || a.nope)", false],
    ["not a.nope and not (a.success and a.nope)", true],
    ["steps.review.score>7 or false", true],
    ["review.issues[0].severity == 'high' and review.issues.1.lines == 9", true],
    ["any(review.issues, 'severity == \"high\"')", true],
    ["all(review.issues, @.lines > 5)", false],
    ["count(review.numbers, '@ > 6') == 1", true],
    ["sum(review.numbers) == 10 and average(review.numbers) == 5 and max(review.numbers) == 8", true],
    ["review.at > now() - days(7)", true],
    ["review.at > now() - hours(7)", false],
    ["startsWith(toLowerCase(a.text), 'mock') and endsWith(trim(' x '), 'x')", true],
    ["2 + 3 * 2 == 8 and (2 + 3) * 2 == 10 and 7 % 4 == 3 and -2 < -1", true],
    ["1 / 0 == 0", true],
    ["isEmpty(a.nope) and not isEmpty(a.text)", true],
    ["a.nope > 1 or a.nope + 1 > 0", false],
    ["0", true],
    ["{{steps.hostile.text}} == 'x'", false],
    ["'{{steps.hostile.text}}' == 'x'", false],
    ["step-1.success and steps.step-1.cost-1 == 1 and count-1==2", true],
    [[], true],
  ])("decides %j: %s", (condition, expected) => {
    expect(decided(condition)).toBe(expected)
  })

  it.each([
    ["a.cost >", "expected a value: a name, a number, a quoted text or a function at column 9, where it ends"],
    ["a.cost = 1", '"=" at column 8 is not part of the expression language: compare with =='],
    ["a.text contains 'x", "the text that starts at column 17 is not closed"],
    ["(a.success", 'expected an operator or ")" at column 11, where it ends'],
    ["a.success a.text", "expected an operator or the end at column 11, where a.text stands"],
    ["lenght(a.text) > 5", 'there is no function lenght at column 1 (did you mean "length"?)'],
    ["length() > 5", "length at column 1 takes 1 argument, not 0"],
    ["any(a.x, 'b =')", '"=" at column 13'],
    ["", "expected a value"],
    ["between", "expected a value"],
    [`${"(".repeat(100)}1${")".repeat(100)}`, "nested more than 60 deep"],
    [Array.from({ length: 900 }, () => "1").join(" + "), "longer than 1000 words"],
  ])("says where and why %s cannot be read", (condition, expected) => {
    expect(decided(condition)).toContain(expected)
  })

  it("reports a bad condition even where the answer is known without it", () => {
    expect(decided({ or: [true, "a.cost >"] })).toContain('the condition "a.cost >" cannot be read')
  })
})
