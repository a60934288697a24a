import type { Example } from "../../Example.ts"
import type { JsonObject } from "../../Json.ts"
import { renderValue } from "../../language/prettyJson.ts"
import type { Field } from "../../Signature.ts"
import { NearestNeighbours } from "./NearestNeighbours.ts"

/** The at most `k` rows most like the inputs, the most similar last, so that it stands next to the question. */
export type DemoLookup = (inputs: JsonObject, k: number) => ReadonlyArray<Example>

/** Indexes rows by the inputs of a signature. Takes a while for many rows: keep what it returns. */
export const demoLookup = (
  rows: ReadonlyArray<Example>,
  { inputs: fields }: { readonly inputs: ReadonlyArray<Pick<Field, "name">> },
): DemoLookup => {
  const names = fields.map(({ name }) => name)
  const index = new NearestNeighbours(rows.map(({ inputs }) => textOf(inputs, names)))
  return (inputs, k) =>
    index
      .nearest(textOf(inputs, names), k)
      .toReversed()
      .flatMap(({ row }) => rows[row] ?? [])
}

const textOf = (inputs: JsonObject, names: ReadonlyArray<string>): string =>
  names.flatMap((name) => (Object.hasOwn(inputs, name) ? [renderValue(inputs[name] ?? "")] : [])).join("\n")
