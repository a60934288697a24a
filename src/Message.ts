import * as Schema from "effect/Schema"

/** One chat message. */
export const Message = Schema.Struct({
  role: Schema.Literals(["system", "user", "assistant"]),
  content: Schema.String,
})
export type Message = typeof Message.Type
