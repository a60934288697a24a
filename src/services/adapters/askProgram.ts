import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { AdapterName, Candidate, Demo, FrozenPrompt } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import { type ModelAnswer, ModelError, type ModelRequest, Models } from "../models/Models.ts"
import { RepeatableCalls } from "../models/RepeatableCalls.ts"
import type { DemoLookup } from "../retrieval/demoLookup.ts"
import { AdapterParseError } from "./Adapter.ts"
import { adapterOf, otherAdapter } from "./adapters.ts"
import { formatFrozen } from "./frozenPrompt.ts"

/** One question to a program. */
export interface ProgramQuestion {
  readonly signature: Signature
  readonly candidate: Candidate
  /** What DSPy would send, of a program that came with it. */
  readonly frozen?: ReadonlyArray<FrozenPrompt>
  /** Where a program with `retrieval` finds its demos; without it, asking such a program is a defect. */
  readonly rows?: DemoLookup
  readonly inputs: JsonObject
  /** A full id: `<provider>/<model>`. */
  readonly model: string
  readonly origin: ModelRequest["origin"]
  readonly temperature?: number
  readonly idempotencyKey?: string
}

export interface ProgramAnswer {
  /** Coerced to the signature's types. */
  readonly outputs: JsonObject
  /** What the model said. */
  readonly text: string
  readonly model: string
  /** Of both calls where the first answer could not be read. */
  readonly usage: Usage
  readonly retried: boolean
}

/**
 * Asks a model through the program's adapter. An answer that cannot be read is asked for once more through the other
 * adapter, where calls may be repeated. What was spent is in the answer or in the error.
 */
export const askProgram = Effect.fnUntraced(function* (
  question: ProgramQuestion,
): Effect.fn.Return<ProgramAnswer, ModelError | AdapterParseError, Models> {
  const { adapter } = question.candidate
  const first = yield* ask(question, adapter)
  const read = adapterOf(adapter).parse(first.text, question)
  if (Result.isSuccess(read)) return { ...answered(first, read.success), retried: false }

  if (!(yield* RepeatableCalls)) {
    const { message, summary } = read.failure
    return yield* new AdapterParseError({
      message: `${message}${ended(first)}`,
      summary: `${summary}${ended(first)}`,
      usage: first.usage,
    })
  }
  const again = yield* ask(question, otherAdapter(adapter)).pipe(
    Effect.mapError((error) => alsoSpent(error, first.usage)),
  )
  const usage = addUsage(first.usage, again.usage)
  const reread = adapterOf(otherAdapter(adapter)).parse(again.text, question)
  if (Result.isSuccess(reread)) return { ...answered(again, reread.success), usage, retried: true }
  const both = (kind: "message" | "summary") =>
    `${read.failure[kind]}${ended(first)}\nAsked again: ${reread.failure[kind]}${ended(again)}`
  return yield* new AdapterParseError({ message: both("message"), summary: both("summary"), usage })
})

const ask = Effect.fnUntraced(function* (question: ProgramQuestion, name: AdapterName) {
  const models = yield* Models
  const { model, origin, temperature, idempotencyKey } = question
  const jsonSchema = adapterOf(name).outputSchema?.(question)
  return yield* models.generate({
    model,
    origin,
    messages: messagesFor(question, name),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
})

/** What DSPy would send through this adapter, where that is known; demos picked for each input cannot be. */
const messagesFor = (question: ProgramQuestion, name: AdapterName): ReadonlyArray<Message> => {
  const { signature, candidate, inputs, frozen = [] } = question
  const exact = candidate.retrieval === undefined ? frozen.find(({ adapter }) => adapter === name) : undefined
  if (exact !== undefined) return formatFrozen(exact, signature, inputs)
  return adapterOf(name).format({ ...question, demos: demosFor(question) })
}

const demosFor = ({ candidate: { demos, retrieval }, rows, inputs }: ProgramQuestion): ReadonlyArray<Demo> => {
  if (retrieval === undefined) return demos
  if (rows === undefined) throw new Error(`the rows ${retrieval.rows} were not handed over with the program`)
  return rows(inputs, retrieval.k).map((row) => ({ ...row, augmented: false }))
}

const answered = ({ text, model, usage }: ModelAnswer, outputs: JsonObject) => ({ outputs, text, model, usage })

const ended = ({ finishReason }: ModelAnswer): string =>
  finishReason === "length" ? " The answer was cut off at the limit of output tokens." : ""

const alsoSpent = ({ reason, message, model, usage = noUsage }: ModelError, spent: Usage): ModelError =>
  new ModelError({ reason, message, model, usage: addUsage(spent, usage) })
