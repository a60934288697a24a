import * as Schema from "effect/Schema"

/** Something wrong, or worth saying, about a file a user wrote. */
export const Problem = Schema.Struct({
  file: Schema.String,
  /** From 1. */
  line: Schema.Int,
  /** From 1. */
  column: Schema.Int,
  /** Where in the document, such as `workflow.steps[2].prompt[0].content`. */
  path: Schema.String,
  /** What is wrong and what to do about it. */
  message: Schema.String,
  severity: Schema.Literals(["error", "warning"]),
})
export type Problem = typeof Problem.Type

/** `file:line:column: message (path)`, as editors and terminals link it. */
export const formatProblem = (problem: Problem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}${
    problem.path === "" ? "" : ` (${problem.path})`
  }`
