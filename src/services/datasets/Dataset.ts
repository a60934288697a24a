import type { Example } from "../../Example.ts"
import type { Problem } from "../../Problem.ts"

/** An example and the line of the file on which it starts, from 1. */
export interface DatasetExample extends Example {
  readonly line: number
}

/** A data set under the field names of a signature. No two examples have the same inputs. */
export interface Dataset {
  /** As it was asked for. */
  readonly file: string
  readonly examples: ReadonlyArray<DatasetExample>
  /** What is worth saying, though the data can be used: rows that were left out. */
  readonly problems: ReadonlyArray<Problem>
  /** Rows left out because an earlier one has the same inputs. */
  readonly duplicates: number
  /** SHA-256, in hex, of the examples. */
  readonly fingerprint: string
}
