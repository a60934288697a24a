import type { Example } from "../../Example.ts"

/** Rows by who says what is right in them. No two of them have the same inputs. */
export interface RowSources {
  /** Of the training file. */
  readonly file: ReadonlyArray<Example>
  /** What a person says is right about a run. */
  readonly expected: ReadonlyArray<Example>
  /** What a model answered in a run, and was found good. */
  readonly answered: ReadonlyArray<Example>
}

/** With fewer rows nothing can be learned, selected and measured. */
export const leastRows = 10

export const rowsOf = ({ file, expected, answered }: RowSources): ReadonlyArray<Example> => [
  ...file,
  ...expected,
  ...answered,
]
