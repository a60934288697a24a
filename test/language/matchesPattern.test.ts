import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { matchesPattern } from "../../src/language/matchesPattern.ts"
import { valueOrMessage } from "./scopes.ts"

const matches = (text: string, pattern: string) => valueOrMessage(matchesPattern(text, pattern))

/** Patterns on which JavaScript agrees and does not blow up on short texts. */
const patterns = fc
  .letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("a", "b", ".", "\\d", "\\w", "\\s", "[ab]", "[^a]", "[a-c1]", "^", "\\b", "\\.", "é", "", "\\B"),
      fc.tuple(tie("node"), tie("node")).map(([first, second]) => `${first}${second}`),
      fc.tuple(tie("node"), tie("node")).map(([first, second]) => `(?:${first}|${second})`),
      fc
        .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"))
        .map(([body, quantifier]) => `(${body})${quantifier}`),
    ),
  }))
  .node.filter((pattern) => pattern.length < 60)

describe("matching a pattern", () => {
  it("agrees with JavaScript on what both understand", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", " ", ".", "é", "\n", "_"), maxLength: 8 })
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect([pattern, text, matches(text, pattern)]).toEqual([pattern, text, new RegExp(pattern, "u").test(text)])
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ["Refund", "(?i)^REFUND$", true],
    ["refund\n", "^refund$", true],
    ["a\nb", "(?m)^b$", true],
    ["a\nb", "a.b", false],
    ["a\nb", "(?s)a.b", true],
    ["a]b", "a[]]b", true],
    ["order 4711", "\\border\\s+\\d{4}\\b", true],
    ["order 471", "\\d{4}", false],
    ["x@y.org", "^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$", true],
    ["日本", "^\\p{L}{2}$", true],
    ["😀", "^.$", true],
    ["{a}", "{a}", true],
    ["a-b", "^[\\w\\-]+$", true],
  ])("decides whether %j matches %s: %s", (text, pattern, expected) => {
    expect(matches(text, pattern)).toBe(expected)
  })

  it.each(["(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*a){20}$", "a*a*a*a*a*a*b"])(
    "answers at once on %s, which makes backtracking matchers hang",
    (pattern) => {
      expect(matches(`${"a".repeat(3_000)}!`, pattern)).toBe(false)
    },
  )

  it.each([
    ["(a", "no ) for an open ( at its character 3"],
    ["a)", "a ) too many at its character 2"],
    ["*a", "nothing to repeat at its character 1"],
    ["[a", "not supported (or is not finished) at its character 1"],
    ["(?=a)", "lookaround"],
    ["(a)\\1", "not supported (or is not finished) at its character 4"],
    ["a{3,2}", "wrong way round"],
    ["(a{1000}){1000}", "is too large"],
    ["a".repeat(501), "is too large"],
  ])("says what is wrong with %s", (pattern, expected) => {
    expect(matches("a", pattern)).toContain(expected)
  })

  it("is total: any pattern answers or is refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab()[]{}|*+?\\^$.,1-dpLxu<>=!:") }), (pattern) => {
        const answer = matchesPattern("ab1", pattern)

        expect(Result.isSuccess(answer) ? typeof answer.success : answer.failure._tag).toMatch(/boolean|LanguageError/)
      }),
      { numRuns: 1_000 },
    )
  })
})
