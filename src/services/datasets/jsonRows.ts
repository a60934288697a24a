import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parseJsonText } from "../settings/jsonText.ts"
import type { RawRow, RawRows, RowProblem } from "./RawRow.ts"

/** The rows of a JSON array. */
export const jsonRows = (text: string, file: string): RawRows => {
  const parsed = parseJsonText(text, file)
  if (Result.isFailure(parsed)) return { rows: [], problems: parsed.failure.problems }
  const { value, place } = parsed.success
  if (!Array.isArray(value)) {
    const message = "a .json data set is a list of rows: [ { … }, … ]; a file with a row on each line is called .jsonl"
    return { rows: [], problems: [{ line: 1, column: 1, path: "", message }] }
  }
  const lines = itemLines(text)
  const items: ReadonlyArray<unknown> = value
  return {
    rows: items.map((item, index) => ({
      value: item,
      line: lines[index] ?? 1,
      untyped: false,
      place: (path) => place([index, ...path]),
    })),
    problems: [],
  }
}

/** The rows of a JSONL file, one JSON object on each line that is not blank. */
export const jsonlRows = (text: string, file: string): RawRows => {
  const rows: Array<RawRow> = []
  const problems: Array<RowProblem> = []
  for (const [index, written] of text.split("\n").entries()) {
    if (written.trim() === "") continue
    const line = index + 1
    const decoded = decodeLine(written)
    if (Result.isFailure(decoded)) problems.push(syntaxProblem(written, file, line))
    else
      rows.push({ value: decoded.success, line, untyped: false, place: (path) => placeIn(written, file, line, path) })
  }
  return { rows, problems }
}

const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

const syntaxProblem = (written: string, file: string, line: number): RowProblem => {
  const parsed = parseJsonText(written, file)
  const problem = Result.isFailure(parsed) ? parsed.failure.problems[0] : undefined
  return { line, column: problem?.column ?? 1, path: "", message: problem?.message ?? "this line is not JSON" }
}

const placeIn = (written: string, file: string, line: number, path: ReadonlyArray<string>) => {
  const parsed = parseJsonText(written, file)
  return { line, column: Result.isSuccess(parsed) ? parsed.success.place(path).column : 1 }
}

/** The line on which each item of a JSON array starts. */
const itemLines = (text: string): ReadonlyArray<number> => {
  const lines: Array<number> = []
  let [line, depth, betweenItems] = [1, 0, true]
  for (const token of text.match(/"(?:[^"\\]|\\.)*"|[[\]{},\n]|[^\s[\]{},"]+/g) ?? []) {
    if (token === "\n") {
      line += 1
      continue
    }
    if (depth === 1 && betweenItems && token !== "]" && token !== ",") lines.push(line)
    betweenItems = token === "," || (depth === 0 && token === "[")
    if (token === "[" || token === "{") depth += 1
    if (token === "]" || token === "}") depth -= 1
  }
  return lines
}
