import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import { isList, isRecord } from "../../language/lookUp.ts"
import { fieldValue } from "../datasets/fieldValue.ts"
import type { Metric } from "./Metric.ts"
import { comparable, overlapF1 } from "./normalized.ts"
import { shown } from "./fieldMetric.ts"

/**
 * F1 over the values inside the expected fields, each under its path; the order of lists does not count. What an answer
 * has in fields that the row says nothing about is neither right nor wrong.
 */
export const jsonFields: Metric = {
  name: "json_fields",
  score: ({ expected, actual }) =>
    Effect.sync(() => {
      const judged = Object.fromEntries(Object.entries(actual).filter(([name]) => Object.hasOwn(expected, name)))
      const [wanted, found] = [leaves(expected), leaves(judged)]
      const score = overlapF1(wanted, found)
      return score === 1 ? { score } : { score, feedback: differences(expected, judged) }
    }),
}

/** 1 where every required output is there and each has its field's type and JSON Schema; whether it is right does not count. */
export const jsonSchema: Metric = {
  name: "json_schema",
  score: ({ actual, signature }) =>
    Effect.sync(() => {
      const wrong = signature.outputs.flatMap((field) => {
        const value = Object.hasOwn(actual, field.name) ? actual[field.name] : undefined
        if (value === undefined) return field.optional === true ? [] : [`"${field.name}" is missing`]
        return Result.match(fieldValue(field, value), { onSuccess: () => [], onFailure: (problem) => [problem] })
      })
      return wrong.length === 0 ? { score: 1 } : { score: 0, feedback: wrong.join("\n") }
    }),
}

const leaves = (value: Json, path = ""): ReadonlyArray<string> => {
  if (isList(value) && value.length > 0) return value.flatMap((item) => leaves(item, `${path}[]`))
  if (isRecord(value) && (path === "" || Object.keys(value).length > 0)) {
    return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}/${key}`))
  }
  return [`${path} ${comparable(value)}`]
}

const differences = (expected: JsonObject, actual: JsonObject): string =>
  Object.entries(expected)
    .filter(([name, value]) => !Object.hasOwn(actual, name) || comparable(actual[name] ?? null) !== comparable(value))
    .map(
      ([name, value]) =>
        `${name}: expected ${shown(value)}, got ${name in actual ? shown(actual[name] ?? null) : "nothing"}`,
    )
    .join("\n")
