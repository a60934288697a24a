import * as Effect from "effect/Effect"
import type { Json } from "../../Json.ts"
import { meanOf } from "../../statistics/intervals.ts"
import type { Judged, Metric } from "./Metric.ts"

/** How one field's value did; `actual` is undefined where the answer lacks it. */
export type FieldScore = (expected: Json, actual: Json | undefined) => number

/** A metric that scores each field that the row expects by itself, and says in words which ones were wrong. */
export const fieldMetric = (
  name: string,
  score: FieldScore,
  overall: (scores: ReadonlyArray<number>) => number = meanOf,
): Metric => ({
  name,
  score: (judged) =>
    Effect.sync(() => {
      const fields = expectedFields(judged).map((field) => ({ ...field, score: score(field.expected, field.actual) }))
      const wrong = fields.filter((field) => field.score < 1)
      const total = overall(fields.map((field) => field.score))
      return wrong.length === 0 ? { score: total } : { score: total, feedback: wrong.map(difference).join("\n") }
    }),
})

/** All or nothing. */
export const every = (scores: ReadonlyArray<number>): number => (scores.every((score) => score === 1) ? 1 : 0)

interface ExpectedField {
  readonly field: string
  readonly expected: Json
  readonly actual: Json | undefined
}

const expectedFields = ({ expected, actual }: Judged): ReadonlyArray<ExpectedField> =>
  Object.entries(expected).map(([field, value]) => ({
    field,
    expected: value,
    actual: Object.hasOwn(actual, field) ? actual[field] : undefined,
  }))

const difference = ({ field, expected, actual }: ExpectedField): string =>
  actual === undefined
    ? `${field}: expected ${shown(expected)}, got nothing`
    : `${field}: expected ${shown(expected)}, got ${shown(actual)}`

/** A value for messages, cut where it is long. */
export const shown = (value: Json): string => {
  const text = JSON.stringify(value)
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

const maxShown = 300
