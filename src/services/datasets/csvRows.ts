import { CsvError, parse } from "csv-parse/sync"
import * as Result from "effect/Result"
import type { RawRow, RawRows, RowProblem } from "./RawRow.ts"

/** The rows of a CSV or TSV file with a header: the first line names the columns. */
export const csvRows = (text: string): RawRows => {
  const records = Result.try({ try: () => readRecords(text), catch: (error) => error })
  if (Result.isFailure(records)) return { rows: [], problems: [unreadable(records.failure)] }
  const [header, ...body] = records.success
  if (header === undefined) return { rows: [], problems: [] }

  const names = header.cells.map((cell) => cell.trim())
  const repeated = names.filter((name, index) => names.indexOf(name) !== index)
  if (repeated.length > 0) {
    const message = `the header names the column "${repeated.join('", "')}" more than once`
    return { rows: [], problems: [{ line: header.line, column: 1, path: "", message }] }
  }
  const fitting = body.filter(({ cells }) => cells.length === names.length)
  const ragged = body.filter(({ cells }) => cells.length !== names.length)
  return {
    rows: fitting.map(({ cells, line }) => rowOf(names, cells, line)),
    problems: ragged.map(({ cells, line }) => ({
      line,
      column: 1,
      path: "",
      message: `this row has ${cells.length} values and the header ${names.length}; put quotes around a text with commas`,
    })),
  }
}

interface CsvRecord {
  readonly cells: ReadonlyArray<string>
  readonly line: number
}

/** Records that are not blank, with the line each starts on. The parser's own count of lines takes CRLF inside quotes for two. */
const readRecords = (text: string): ReadonlyArray<CsvRecord> => {
  const content = Buffer.from(text)
  const records: Array<CsvRecord> = []
  let [line, offset] = [1, 0]
  parse(content, {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    on_record: (cells: ReadonlyArray<string>, { bytes }) => {
      if (cells.some((cell) => cell.trim() !== "")) records.push({ cells, line })
      line += content.subarray(offset, bytes).filter((byte) => byte === newline).length
      offset = bytes
      return null
    },
  })
  return records
}

const newline = 0x0a

/** What stands in the header most often. */
const delimiterOf = (text: string): string => {
  const header = text.slice(0, text.search(/\r?\n|$/))
  const [first] = [",", ";", "\t"].toSorted((a, b) => header.split(b).length - header.split(a).length)
  return first ?? ","
}

const rowOf = (names: ReadonlyArray<string>, cells: ReadonlyArray<string>, line: number): RawRow => ({
  value: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])),
  line,
  untyped: true,
  place: () => ({ line, column: 1 }),
})

const unreadable = (error: unknown): RowProblem => {
  const line = error instanceof CsvError && typeof error["lines"] === "number" ? error["lines"] : 1
  const message = error instanceof Error ? error.message : String(error)
  return { line, column: 1, path: "", message: `this is not CSV: ${message}` }
}
