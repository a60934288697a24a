import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../../canonicalJson.ts"
import { Example } from "../../Example.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { ProgramError } from "./ProgramStore.ts"

const collection = "program_rows"

const decode = Schema.decodeResult(Schema.fromJsonString(Schema.Array(Example)))

/** Rows that retrieval picks demos from, kept under the SHA-256, in hex, of their canonical JSON. */
export const demoRows = {
  put: (entries: EntryWriter, rows: ReadonlyArray<Example>): string => {
    const text = canonicalJson(rows.map(({ inputs, outputs }) => ({ inputs, outputs })))
    const hash = createHash("sha256").update(text).digest("hex")
    entries.put(collection, hash, text)
    return hash
  },
  get: (entries: EntryReader, hash: string): Result.Result<ReadonlyArray<Example>, ProgramError> => {
    const text = entries.get(collection, hash)
    if (text === null) return Result.fail(missing(hash))
    return Result.mapError(decode(text), () => new ProgramError({ reason: "damaged", message: damagedText(hash) }))
  },
}

const missing = (hash: string) =>
  new ProgramError({
    reason: "not_found",
    message: `There are no rows ${hash} in the store. A program that picks its demos from rows is served where it was compiled; optimize the step here.`,
  })

const damagedText = (hash: string) => `The rows ${hash} in the store are damaged. Optimize the step again.`
