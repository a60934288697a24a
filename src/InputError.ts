import * as Schema from "effect/Schema"
import { Problem } from "./Problem.ts"

/** The user's input or usage is wrong; nothing was run. The command line exits with 2. */
export class InputError extends Schema.TaggedError<InputError>()("InputError", {
  /** What is wrong, where, and what to do; one line for each problem. */
  message: Schema.String,
  problems: Schema.Array(Problem),
}) {}
