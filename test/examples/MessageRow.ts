import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"

/** A labelled message of `examples/support-triage`. */
export const MessageRow = Schema.Struct({
  input: Schema.Struct({ message: Schema.NonEmptyString }),
  output: Schema.Struct({ intent: Schema.String, order_number: Schema.String, product: Schema.String }),
})
export type MessageRow = typeof MessageRow.Type

/** A message without a label, as `run --inputs` reads it. */
export const RunInput = Schema.Struct({ message: Schema.NonEmptyString })

/** A file beside the pipeline, as text. */
export const exampleText = (name: string): string =>
  readFileSync(new URL(`../../examples/support-triage/${name}`, import.meta.url), "utf8")

/** The rows of a JSONL file beside the pipeline; a key that the schema does not name is an error. */
export const exampleRows = <S extends Schema.Top & { readonly DecodingServices: never }>(
  name: string,
  row: S,
): ReadonlyArray<S["Type"]> => {
  const decode = Schema.decodeUnknownSync(row, { onExcessProperty: "error" })
  return exampleText(name)
    .trimEnd()
    .split("\n")
    .map((line) => decode(JSON.parse(line)))
}
