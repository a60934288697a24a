import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isNode, LineCounter, parseDocument } from "yaml"
import { InputError } from "../../InputError.ts"
import { formatProblem, type Problem } from "../../Problem.ts"

/** A JSON document that knows where its values are written. */
export interface JsonText {
  readonly value: unknown
  /** Where the value at this path, or the nearest thing around it, starts. From 1. */
  readonly place: (path: ReadonlyArray<string | number>) => Place
}

interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Reads the text of a JSON file; fails with every error of syntax, with its position. */
export const parseJsonText = (text: string, file: string): Result.Result<JsonText, InputError> => {
  const decoded = decode(text)
  if (Result.isFailure(decoded)) return Result.fail(refusal(syntaxProblems(text, file)))
  let positions: ReturnType<typeof readPositions> | undefined
  return Result.succeed({
    value: decoded.success,
    place: (path) => {
      positions ??= readPositions(text, file)
      return positions.place(path)
    },
  })
}

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** JSON is YAML, and the YAML parser keeps positions. It is slow, and asked only when something is wrong. */
const readPositions = (text: string, file: string) => {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, schema: "json", strict: true })
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const place = (path: ReadonlyArray<string | number>): Place => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return at(node.range[0])
    }
    return { file, line: 1, column: 1 }
  }
  const errors = document.errors.map(({ message, pos }) => ({ message, place: at(pos[0]) }))
  return { errors, place }
}

/** What the YAML parser has no quarrel with, such as a comment, is found by nobody: the file as a whole is wrong. */
const syntaxProblems = (text: string, file: string): ReadonlyArray<Problem> => {
  const { errors } = readPositions(text, file)
  const found = errors.map(({ message, place }) => problemAt(place, message.split(" at line ", 1)[0] ?? message))
  return found.length > 0 ? found : [problemAt({ file, line: 1, column: 1 }, "is there a comment or a comma too many?")]
}

const problemAt = (place: Place, message: string): Problem => ({
  ...place,
  path: "",
  message: `this is not JSON: ${message}`,
  severity: "error",
})

const refusal = (problems: ReadonlyArray<Problem>): InputError =>
  new InputError({ message: problems.map(formatProblem).join("\n"), problems })
