import * as Result from "effect/Result"
import type { Example } from "../../Example.ts"
import type { Signature } from "../../Signature.ts"
import { decodeRow } from "../datasets/decodeRow.ts"

/** A row that a run left, as a signature wants it; null where it does not fit, such as when too much was taken out of it. */
export const fittingRow = ({ inputs, outputs }: Example, signature: Signature): Example | null => {
  const value = { input: inputs, output: outputs }
  const decoded = decodeRow({ value, line: 1, untyped: false, place: () => ({ line: 1, column: 1 }) }, signature)
  return Result.match(decoded, {
    onFailure: () => null,
    onSuccess: (row) => ({ inputs: row.inputs, outputs: row.outputs }),
  })
}
