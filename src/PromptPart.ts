import * as Schema from "effect/Schema"

/** Text as written; `{{…}}` in it is filled in when the step starts. */
export const StaticPart = Schema.Struct({ type: Schema.Literal("static"), content: Schema.String })

/** The content of a file, looked up in the working directory, then beside the workflow file. */
export const FilePart = Schema.Struct({ type: Schema.Literal("file"), path: Schema.String })

/** What an earlier step answered: all of it, or the value at the dot path `extract`. */
export const PreviousResponsePart = Schema.Struct({
  type: Schema.Literal("previous_response"),
  step: Schema.String,
  extract: Schema.optionalKey(Schema.String),
  /** `false`: a path that is not there renders `nil`; otherwise it fails the step. Default true. */
  strict: Schema.optionalKey(Schema.Boolean),
})

/** Session parts of the original format: accepted, and rendered as nothing. */
export const SessionPart = Schema.Struct({
  type: Schema.Literals(["session_context", "claude_continue"]),
  session_id: Schema.String,
})

/** One piece of a prompt; the pieces of a prompt are joined by a newline. */
export const PromptPart = Schema.Union([StaticPart, FilePart, PreviousResponsePart, SessionPart])
export type PromptPart = typeof PromptPart.Type
