import * as Schema from "effect/Schema"
import { Message } from "../../Message.ts"
import type { Usage } from "../../Usage.ts"

const TextPart = Schema.Struct({ type: Schema.Literal("text"), text: Schema.String })

const Sent = Schema.Struct({
  ...Message.fields,
  content: Schema.Union([Schema.String, Schema.Array(TextPart)]),
})

const AtLeastOne = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/**
 * A request in OpenAI's chat format (https://platform.openai.com/docs/api-reference/chat), with the `rollout_id` by which DSPy tells
 * repeated tries apart. What else is in it, such as `response_format`, is not passed on.
 */
export const ChatRequest = Schema.Struct({
  model: Schema.String,
  messages: Schema.NonEmptyArray(Sent),
  temperature: Schema.optionalKey(Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 2 })))),
  max_tokens: Schema.optionalKey(Schema.NullOr(AtLeastOne)),
  n: Schema.optionalKey(Schema.NullOr(AtLeastOne.check(Schema.isLessThanOrEqualTo(128)))),
  rollout_id: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  stream: Schema.optionalKey(Schema.NullOr(Schema.Literal(false))),
})
export type ChatRequest = typeof ChatRequest.Type

export const messagesOf = ({ messages }: ChatRequest): ReadonlyArray<Message> =>
  messages.map(({ role, content }) => ({
    role,
    content: typeof content === "string" ? content : content.map(({ text }) => text).join(""),
  }))

/** The rollouts of each of the `n` answers: the first one's is that of the request. */
export const rolloutsOf = ({ n, rollout_id }: ChatRequest): ReadonlyArray<number> =>
  Array.from({ length: n ?? 1 }, (_, index) =>
    index === 0 ? (rollout_id ?? 0) : 1000 * ((rollout_id ?? 0) + 1) + index,
  )

/** The answer in OpenAI's chat format. */
export const chatCompletion = (
  { model }: ChatRequest,
  answers: ReadonlyArray<{ readonly text: string; readonly usage: Usage }>,
  { id, created }: { readonly id: string; readonly created: number },
) => {
  const input = total(answers.map(({ usage }) => usage.tokens.input))
  const output = total(answers.map(({ usage }) => usage.tokens.output))
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: answers.map(({ text }, index) => ({
      index,
      message: { role: "assistant", content: text },
      finish_reason: "stop",
    })),
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  }
}

const total = (counts: ReadonlyArray<number>): number => counts.reduce((sum, count) => sum + count, 0)
