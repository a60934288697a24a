import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InputError } from "../../InputError.ts"
import type { JsonObject } from "../../Json.ts"
import { shown } from "./fieldMetric.ts"
import { type Metric, MetricError, type Score } from "./Metric.ts"

/** Whether the name of a metric is the path of a module. */
export const isModulePath = (name: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(name)

/**
 * A metric of the user's own: a module that exports `metric`, a function of `{ expected, actual, inputs }` that gives a
 * number in [0, 1], a boolean, or `{ score, feedback }`, at once or as a promise. A relative path starts at `directory`.
 */
export const moduleMetric = Effect.fnUntraced(function* (
  name: string,
  directory: string,
): Effect.fn.Return<Metric, InputError, FileSystem.FileSystem | Path.Path> {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(directory, name)
  if (!(yield* Effect.orElseSucceed(fileSystem.exists(file), () => false))) {
    return yield* refusal(name, `there is no such module in ${directory}`)
  }
  const url = yield* Effect.orDie(path.toFileUrl(file))
  const module: unknown = yield* Effect.tryPromise({
    try: () => import(url.href),
    catch: (error) => refusalOf(name, `this module cannot be loaded: ${messageOf(error)}`),
  })
  const metric = Predicate.hasProperty(module, "metric") ? module.metric : undefined
  if (!isFunction(metric)) {
    return yield* refusal(
      name,
      "this module exports no function `metric`: export const metric = ({ expected, actual, inputs }) => …",
    )
  }
  return { name, score: ({ inputs, expected, actual }) => scoreBy(metric, name, { inputs, expected, actual }) }
})

interface Given {
  readonly inputs: JsonObject
  readonly expected: JsonObject
  readonly actual: JsonObject
}

/** The user's function may change what it is given: it gets a copy. */
const scoreBy = Effect.fnUntraced(function* (metric: (given: Given) => unknown, name: string, given: Given) {
  const answered = yield* Effect.tryPromise({
    try: async () => metric(structuredClone(given)),
    catch: (error) => failure(name, given, `it threw ${messageOf(error)}`),
  })
  const decoded = decodeScore(answered)
  if (Result.isSuccess(decoded)) return decoded.success
  return yield* failure(name, given, `it gave ${printed(answered)}, not a number in [0, 1] or { score, feedback }`)
})

const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

const decodeScore = (value: unknown): Result.Result<Score, unknown> => {
  if (typeof value === "boolean") return Result.succeed({ score: value ? 1 : 0 })
  if (typeof value === "number") return Result.map(Schema.decodeUnknownResult(Share)(value), (score) => ({ score }))
  return Schema.decodeUnknownResult(Schema.Struct({ score: Share, feedback: Schema.optionalKey(Schema.String) }))(value)
}

const failure = (name: string, { inputs }: Given, what: string): MetricError =>
  new MetricError({ message: `metric ${name}: ${what}, for the row with the inputs ${shown(inputs)}` })

const printed = (value: unknown): string => {
  if (typeof value === "number" || value === undefined) return String(value)
  return Result.getOrElse(
    Result.try(() => JSON.stringify(value).slice(0, 100)),
    () => String(value),
  )
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const isFunction = (value: unknown): value is (given: Given) => unknown => typeof value === "function"

const refusal = (name: string, message: string) => Effect.fail(refusalOf(name, message))

const refusalOf = (name: string, message: string): InputError =>
  new InputError({
    message: `metric ${name}: ${message}`,
    problems: [{ file: name, line: 1, column: 1, path: "", message, severity: "error" }],
  })
