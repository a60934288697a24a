import * as Schema from "effect/Schema"

/** A template or condition that cannot be read or filled. */
export class LanguageError extends Schema.TaggedError<LanguageError>()("LanguageError", {
  /** What is wrong, where in the text, and what to do. */
  message: Schema.String,
}) {}
