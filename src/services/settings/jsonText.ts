import * as Result from "effect/Result"
import { isNode, LineCounter, parseDocument } from "yaml"
import { InputError } from "../../InputError.ts"
import { formatProblem, type Problem } from "../../Problem.ts"

/** A JSON document that knows where its values are written. */
export interface JsonText {
  readonly value: unknown
  /** Where the value at this path, or the nearest thing around it, starts. From 1. */
  readonly place: (path: ReadonlyArray<string | number>) => {
    readonly file: string
    readonly line: number
    readonly column: number
  }
}

/** Reads the text of a JSON file with positions; fails with every error of syntax. */
export const parseJsonText = (text: string, file: string): Result.Result<JsonText, InputError> => {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, schema: "json", strict: true })
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      (error): Problem => ({
        ...at(error.pos[0]),
        path: "",
        message: `this is not JSON: ${error.message.split(" at line ", 1)[0]}`,
        severity: "error",
      }),
    )
    return Result.fail(new InputError({ message: problems.map(formatProblem).join("\n"), problems }))
  }
  return Result.succeed({
    value: document.toJS({ maxAliasCount: 0 }),
    place: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true)
        if (isNode(node) && node.range) return at(node.range[0])
      }
      return { file, line: 1, column: 1 }
    },
  })
}
