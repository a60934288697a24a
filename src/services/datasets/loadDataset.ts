import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import { InputError } from "../../InputError.ts"
import { formatProblem, type Problem } from "../../Problem.ts"
import type { Signature } from "../../Signature.ts"
import { csvRows } from "./csvRows.ts"
import type { Dataset, DatasetExample } from "./Dataset.ts"
import { decodeRow } from "./decodeRow.ts"
import { fingerprint } from "./fingerprint.ts"
import { jsonlRows, jsonRows } from "./jsonRows.ts"
import type { RawRows, RowProblem } from "./RawRow.ts"
import { withoutDuplicates } from "./withoutDuplicates.ts"

/** Fewer rows than this are no data set. */
const leastRows = 2

/** Problems that a message names one by one. */
const shownProblems = 20

/**
 * Reads a data set: JSONL, a JSON array, CSV or TSV, by the ending of its name. Fails with every row that does not fit
 * the signature; rows with the inputs of an earlier one are left out with a warning.
 */
export const loadDataset = Effect.fn("loadDataset")(function* (
  file: string,
  signature: Signature,
): Effect.fn.Return<Dataset, InputError, FileSystem.FileSystem> {
  const read = rowsOf(yield* readText(file), file)
  const decoded = read.rows.map((row) => decodeRow(row, signature))
  const problems = [...read.problems, ...decoded.flatMap((row) => (Result.isFailure(row) ? row.failure : []))]
  if (problems.length > 0) return yield* refusal(file, problems)

  const all: ReadonlyArray<DatasetExample> = decoded.flatMap((row) => (Result.isSuccess(row) ? [row.success] : []))
  const distinct = withoutDuplicates(all, file)
  if (distinct.examples.length < leastRows) return yield* refusal(file, [tooFew(all.length, distinct.examples.length)])
  return { file, ...distinct, fingerprint: fingerprint(distinct.examples) }
})

/** Whether any row of a data set fits the signature; false for a file that cannot be read or has no rows. */
export const fitsAnyRow = (file: string, signature: Signature): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  readText(file).pipe(
    Effect.map((text) => rowsOf(text, file).rows.some((row) => Result.isSuccess(decodeRow(row, signature)))),
    Effect.orElseSucceed(() => false),
  )

const readText = Effect.fnUntraced(function* (file: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* fileSystem.readFileString(file).pipe(
    Effect.mapError(({ reason }) => {
      const message = reason._tag === "NotFound" ? "there is no such data set" : "this data set cannot be read"
      return new InputError({ message: `${file}: ${message}`, problems: [problemIn(file, { ...start, message })] })
    }),
  )
  return text.replace(/^\uFEFF/, "")
})

const rowsOf = (text: string, file: string): RawRows => {
  if (text.trim() === "") return { rows: [], problems: [] }
  if (/\.(csv|tsv)$/i.test(file)) return csvRows(text)
  if (/\.json$/i.test(file)) return jsonRows(text, file)
  return jsonlRows(text, file)
}

const tooFew = (rows: number, distinct: number): RowProblem => ({
  ...start,
  message:
    rows === 0
      ? `there are no rows in it; at least ${leastRows} are needed`
      : `there ${distinct === rows ? `is only ${rows} row` : `are ${rows} rows with only ${distinct} input`} in it; at least ${leastRows} different ones are needed`,
})

const start = { line: 1, column: 1, path: "" }

const problemIn = (file: string, problem: RowProblem): Problem => ({ ...problem, file, severity: "error" })

const refusal = (file: string, found: ReadonlyArray<RowProblem>): InputError => {
  const problems = found.map((problem) => problemIn(file, problem)).toSorted((a, b) => a.line - b.line)
  const hidden = problems.length - shownProblems
  const more = hidden > 0 ? [`… and ${hidden} more ${hidden === 1 ? "problem" : "problems"} in ${file}`] : []
  return new InputError({
    message: [...problems.slice(0, shownProblems).map(formatProblem), ...more].join("\n"),
    problems,
  })
}
