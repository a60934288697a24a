import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Problem } from "./Problem.ts"

/** The user's input or usage is wrong; nothing was run. The command line exits with 2. */
export class InputError extends Schema.TaggedError<InputError>()("InputError", {
  /** What is wrong, where, and what to do; one line for each problem. */
  message: Schema.String,
  problems: Schema.Array(Problem),
}) {}

/** What is wrong with what was asked as a whole, and with no place in a file. */
export const wrongInput = (message: string): InputError => new InputError({ message, problems: [] })

/** The same, as the failure that it ends with. */
export const refuse = (message: string): Effect.Effect<never, InputError> => Effect.fail(wrongInput(message))
