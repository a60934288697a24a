import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Dialect } from "../../src/language/Dialect.ts"
import { evaluateCondition } from "../../src/language/evaluateCondition.ts"
import { interpolate, interpolateText } from "../../src/language/interpolate.ts"
import { LanguageError } from "../../src/language/LanguageError.ts"
import { parseExpression } from "../../src/language/parseExpression.ts"
import { expressions, json, languageLike, scopes } from "./arbitraries.ts"
import { printExpression } from "./printExpression.ts"
import { scopeWith } from "./scopes.ts"

const dialects = fc.constantFrom<Dialect>("ours", "strict_compat")

describe("the language as a whole", () => {
  it("answers or says what is wrong for any text at all, and twice the same", () => {
    fc.assert(
      fc.property(fc.oneof(languageLike, fc.string({ unit: "binary" })), scopes, dialects, (text, scope, dialect) => {
        const answers: ReadonlyArray<Result.Result<unknown, LanguageError>> = [
          interpolate(text, scope, dialect),
          interpolate(`{{${text}}}`, scope, dialect),
          evaluateCondition(text, scope, dialect),
          evaluateCondition({ or: [text, { not: [text] }] }, scope, dialect),
        ]

        const failures = answers.flatMap((answer) => (Result.isFailure(answer) ? [answer.failure] : []))
        expect(failures.every((failure) => failure instanceof LanguageError && failure.message !== "")).toBe(true)
        const again: ReadonlyArray<unknown> = [
          interpolate(text, scope, dialect),
          evaluateCondition(text, scope, dialect),
        ]
        expect(again).toEqual([answers[0], answers[2]])
      }),
      { numRuns: 500 },
    )
  })

  it("leaves text without templates as it is", () => {
    const plain = fc.string({ unit: "binary" }).filter((text) => !text.includes("{{"))
    fc.assert(
      fc.property(plain, scopes, dialects, (text, scope, dialect) => {
        expect(interpolate(text, scope, dialect)).toEqual(Result.succeed({ value: text, blanks: [] }))
      }),
    )
  })

  it("never reads an inserted value as a template", () => {
    fc.assert(
      fc.property(languageLike, languageLike, dialects, (before, inserted, dialect) => {
        const scope = scopeWith({ inputs: { x: `${before}{{inputs.secret}}{{v}}${inserted}`, secret: "s3cret" } })

        const filled = interpolateText("<{{inputs.x}}|{{inputs.x}}>", scope, dialect)

        const value = scope.inputs["x"]
        expect(filled).toEqual(Result.succeed({ text: `<${value}|${value}>`, blanks: [] }))
      }),
    )
  })

  it("keeps the type of whatever a whole-text template stands for", () => {
    fc.assert(
      fc.property(
        json.filter((value) => value !== null),
        (value) => {
          const filled = interpolate("{{inputs.x}}", scopeWith({ inputs: { x: value } }), "ours")

          expect(filled).toEqual(Result.succeed({ value, blanks: [] }))
        },
      ),
    )
  })

  it("reads every expression that it can be written as", () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        expect(parseExpression(printExpression(expression))).toEqual(Result.succeed(expression))
      }),
      { numRuns: 500 },
    )
  })

  it("combines and, or and not as JavaScript combines booleans, with the same precedence", () => {
    const sentence = fc
      .array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 12 })
      .map((parts) =>
        parts.map(([negated, value, isAnd], index) => ({
          ours: `${index === 0 ? "" : isAnd ? " and " : " or "}${negated ? "not " : ""}${value}`,
          value: negated ? !value : value,
          isAnd,
        })),
      )
    fc.assert(
      fc.property(sentence, (parts) => {
        const groups: Array<boolean> = []
        for (const [index, { value, isAnd }] of parts.entries()) {
          if (index > 0 && isAnd) groups.push((groups.pop() ?? true) && value)
          else groups.push(value)
        }

        const answer = evaluateCondition(parts.map(({ ours }) => ours).join(""), scopeWith(), "ours")

        expect(answer).toEqual(Result.succeed(groups.some(Boolean)))
      }),
    )
  })

  it("stops conditions that would run for too long", () => {
    const items = Array.from({ length: 200 }, (_, index) => index)
    const nested = "count(items, count(items, count(items, @ >= 0) > 0) > 0) > 0"

    const answer = evaluateCondition(nested, scopeWith({ variables: { items } }), "ours")

    expect(Result.isFailure(answer) && answer.failure.message).toContain("takes too many steps")
  })
})
