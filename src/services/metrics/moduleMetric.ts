import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import { InputError } from "../../InputError.ts"
import type { JsonObject } from "../../Json.ts"
import { exportedFunction } from "../modules/exportedFunction.ts"
import { moduleIdentity } from "../modules/moduleIdentity.ts"
import { userScore } from "../modules/userScore.ts"
import { shown } from "./fieldMetric.ts"
import { type Metric, MetricError } from "./Metric.ts"

/**
 * A metric of the user's own: a module that exports `metric`, a function of `{ expected, actual, inputs }` that gives a
 * number in [0, 1], a boolean, or `{ score, feedback }`, at once or as a promise. A relative path starts at `directory`.
 */
export const moduleMetric = Effect.fnUntraced(function* (
  name: string,
  directory: string,
): Effect.fn.Return<Metric, InputError, FileSystem.FileSystem | Path.Path> {
  const metric = yield* exportedFunction<Given>(name, directory, {
    name: "metric",
    example: "export const metric = ({ expected, actual, inputs }) => …",
  }).pipe(Effect.mapError(({ message }) => refusal(name, message)))
  return {
    name,
    identity: yield* moduleIdentity(name, directory),
    score: ({ inputs, expected, actual }) =>
      Effect.mapError(userScore(metric, { inputs, expected, actual }), ({ message }) => failure(name, inputs, message)),
  }
})

interface Given {
  readonly inputs: JsonObject
  readonly expected: JsonObject
  readonly actual: JsonObject
}

const failure = (name: string, inputs: JsonObject, what: string): MetricError =>
  new MetricError({ message: `metric ${name}: ${what}, for the row with the inputs ${shown(inputs)}` })

const refusal = (name: string, message: string): InputError =>
  new InputError({
    message: `metric ${name}: ${message}`,
    problems: [{ file: name, line: 1, column: 1, path: "", message, severity: "error" }],
  })
