import type { Problem } from "../../Problem.ts"

/** A row as the file has it. */
export interface RawRow {
  readonly value: unknown
  /** The line it starts on, from 1. */
  readonly line: number
  /** Whether the format knows texts only, so that `3` may be a number. */
  readonly untyped: boolean
  /** Where the value at this path of the row stands. */
  readonly place: (path: ReadonlyArray<string>) => Pick<Problem, "line" | "column">
}

/** What is wrong at one place of a file. */
export interface RowProblem extends Pick<Problem, "line" | "column" | "path" | "message"> {}

/** The rows of a file that can be read, and what is wrong with the others. */
export interface RawRows {
  readonly rows: ReadonlyArray<RawRow>
  readonly problems: ReadonlyArray<RowProblem>
}
