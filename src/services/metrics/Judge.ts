import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parseJsonObject } from "../executors/parseJsonAnswer.ts"
import { withMeter } from "../models/CallMeter.ts"
import { ModelError, type ModelRequest, Models } from "../models/Models.ts"

/** What a judge says of one answer. */
export interface Verdict {
  /** In [0, 1]. */
  readonly score: number
  /** What is wrong or missing; may be empty. */
  readonly reason: string
}

/** A model that grades answers. */
export interface Judge {
  /** Its full id. */
  readonly model: string
  /** Asks for a verdict, which the messages must describe as `{"reason": …, "score": …}`. */
  readonly ask: (messages: ModelRequest["messages"]) => Effect.Effect<Verdict, JudgeError>
}

/** There is no model that can judge, it could not be reached, or it gave no verdict. */
export class JudgeError extends Schema.TaggedError<JudgeError>()("JudgeError", {
  reason: Schema.Union([Schema.Literals(["offline", "no_verdict"]), ModelError.fields.reason]),
  message: Schema.String,
}) {}

export interface JudgeChoice {
  /** An id that wins over everything; absent: what the Claude steps of a pipeline get. */
  readonly model?: string
  readonly origin: ModelRequest["origin"]
  /** What to choose instead where the offline model would judge: a `metric` or a `check`. */
  readonly insteadOf: string
}

/** The judge for this choice; fails where nothing but the offline model is there. Its calls count like any other. */
export const findJudge = Effect.fnUntraced(function* ({
  model,
  origin,
  insteadOf,
}: JudgeChoice): Effect.fn.Return<Judge, JudgeError, Models> {
  const models = withMeter(yield* Models)
  const judge = yield* models
    .resolve({ family: "claude", ...(model === undefined ? {} : { override: model }) })
    .pipe(Effect.mapError(ofModel))
  if (judge.startsWith("offline/")) {
    return yield* new JudgeError({
      reason: "offline",
      message: `${judge} cannot judge answers; set a provider's key, name a model with --model, or choose another ${insteadOf}`,
    })
  }
  return {
    model: judge,
    ask: (messages) =>
      models.generate({ model: judge, origin, messages, temperature: 0, jsonSchema: verdictSchema }).pipe(
        Effect.mapError(ofModel),
        Effect.flatMap(({ text }) => Effect.fromResult(readVerdict(text))),
      ),
  }
})

const ofModel = ({ reason, message }: ModelError): JudgeError => new JudgeError({ reason, message })

const VerdictJson = Schema.Struct({
  score: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  reason: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))),
})

const verdictSchema = {
  type: "object",
  properties: { reason: { type: "string" }, score: { type: "number" } },
  required: ["reason", "score"],
  additionalProperties: false,
}

const readVerdict = (text: string): Result.Result<Verdict, JudgeError> =>
  Result.mapError(
    Schema.decodeUnknownResult(VerdictJson)(Option.getOrNull(parseJsonObject(text))),
    () =>
      new JudgeError({
        reason: "no_verdict",
        message: `the judge gave no {"reason": …, "score": 0 to 1}, but: ${text.slice(0, 200)}`,
      }),
  )
