import * as Schema from "effect/Schema"

/** The run or check failed and has already said so; the process exits with 1. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {}) {}
