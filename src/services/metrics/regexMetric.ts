import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import { matchesPattern } from "../../language/matchesPattern.ts"
import { shown } from "./fieldMetric.ts"
import { type Metric, MetricError } from "./Metric.ts"
import { comparable } from "./normalized.ts"

/** 1 where each expected field matches a regular expression: the given one, else the one that the row expects there. */
export const regex = (pattern: string | undefined): Metric => ({
  name: "regex",
  score: Effect.fnUntraced(function* ({ expected, actual }) {
    const wrong: Array<string> = []
    for (const [field, value] of Object.entries(expected)) {
      const wanted = pattern ?? comparable(value)
      const found = Object.hasOwn(actual, field) ? actual[field] : undefined
      if (found !== undefined && (yield* matches(found, wanted))) continue
      wrong.push(`${field}: expected a match of ${wanted}, got ${found === undefined ? "nothing" : shown(found)}`)
    }
    return wrong.length === 0 ? { score: 1 } : { score: 0, feedback: wrong.join("\n") }
  }),
})

const matches = (value: Json, pattern: string): Effect.Effect<boolean, MetricError> =>
  Result.match(matchesPattern(comparable(value), pattern), {
    onSuccess: (matched) => Effect.succeed(matched),
    onFailure: ({ message }) => Effect.fail(new MetricError({ message: `metric regex: ${message}` })),
  })
