import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { messageOf, type UserFunction } from "./exportedFunction.ts"

/** A score in [0, 1], and what was wrong, in words. */
export interface UserScore {
  readonly score: number
  readonly feedback?: string
}

/** A function of the user's that threw, or gave no score. */
export class NoScore extends Schema.TaggedError<NoScore>()("NoScore", {
  reason: Schema.Literals(["threw", "no_score"]),
  /** What it did, beginning with "it". */
  message: Schema.String,
}) {}

/**
 * What a user's function gives for this: a number in [0, 1], a boolean, or `{ score, feedback }`, at once or as a
 * promise. The function may change what it is given: it gets a copy.
 */
export const userScore = Effect.fnUntraced(function* <Given>(
  judge: UserFunction<Given>,
  given: Given,
): Effect.fn.Return<UserScore, NoScore> {
  const answered = yield* Effect.tryPromise({
    try: async () => judge(structuredClone(given)),
    catch: (error) => new NoScore({ reason: "threw", message: `it threw ${messageOf(error)}` }),
  })
  const decoded = Result.flatMap(
    Result.try(() => decodeScore(answered)),
    (score) => score,
  )
  if (Result.isSuccess(decoded)) return decoded.success
  return yield* new NoScore({
    reason: "no_score",
    message: `it gave ${printed(answered)}, not a number in [0, 1] or { score, feedback }`,
  })
})

const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

const decodeScore = (value: unknown): Result.Result<UserScore, unknown> => {
  if (typeof value === "boolean") return Result.succeed({ score: value ? 1 : 0 })
  if (typeof value === "number") return Result.map(Schema.decodeUnknownResult(Share)(value), (score) => ({ score }))
  return Schema.decodeUnknownResult(Schema.Struct({ score: Share, feedback: Schema.optionalKey(Schema.String) }))(value)
}

const printed = (value: unknown): string => {
  if (typeof value === "number" || value === undefined) return String(value)
  return Result.getOrElse(
    Result.try(() => JSON.stringify(value).slice(0, 100)),
    () => messageOf(value).slice(0, 100),
  )
}
