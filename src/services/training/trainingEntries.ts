import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../../canonicalJson.ts"
import { inputKey } from "../datasets/withoutDuplicates.ts"
import type { EntryReader, EntryWriter, StoredEntry } from "../store/StoredEntries.ts"
import { TrainingRow } from "./TrainingRow.ts"

/** What became of a row in the store. */
export type Kept = "added" | "replaced" | "duplicate" | "full"

const counts = "training_counts"
const collectionOf = (signatureHash: string): string => `training/${signatureHash}`

/** Keeps a row, unless one with the same inputs is there that counts more; then those that are too many leave. */
const keep = (entries: EntryWriter, hash: string, row: TrainingRow, mostRows: number): Kept => {
  const collection = collectionOf(hash)
  const key = keyOf(row)
  const [before] = entries.list(collection, key)
  if (before === undefined) {
    const count = countOf(entries, hash) + 1
    entries.put(collection, key, encodeRow(row))
    putCount(entries, hash, count > mostRows ? evict(entries, hash, mostRows) : count)
    return entries.list(collection, key).length > 0 ? "added" : "full"
  }
  const known = decodeEntry(before)
  if (Result.isSuccess(known) && !replaces(row, known.success)) return "duplicate"
  entries.put(collection, key, encodeRow(row))
  return "replaced"
}

/** Takes a model's answer out again; another one on the same inputs, or what a person expects of them, stays. */
const discard = (entries: EntryWriter, hash: string, row: TrainingRow): void => {
  const collection = collectionOf(hash)
  const key = keyOf(row)
  const [before] = entries.list(collection, key)
  const known = before === undefined ? undefined : Result.getOrUndefined(decodeEntry(before))
  if (known === undefined || isExpected(known) || canonicalJson(known.outputs) !== canonicalJson(row.outputs)) return
  putCount(entries, hash, countOf(entries, hash) - 1)
  entries.delete(collection, key)
}

/** In the order of their keys, which are hashes. */
const all = (entries: EntryReader, hash: string) => {
  const decoded = entries.list(collectionOf(hash)).map(decodeEntry)
  return {
    rows: decoded.flatMap((each) => (Result.isSuccess(each) ? [each.success] : [])),
    damaged: decoded.flatMap((each) => (Result.isFailure(each) ? [each.failure] : [])),
  }
}

/** Counted up and down beside the rows, since counting them means reading them. */
const countOf = (entries: EntryReader, hash: string): number => {
  const [counted] = entries.list(counts, hash)
  const count = counted === undefined ? undefined : Number(Result.getOrElse(counted.value, () => "none"))
  return count === undefined || Number.isNaN(count) ? entries.list(collectionOf(hash)).length : count
}

/** How rows lie in the store: a collection for each signature, a key for each input. */
export const trainingEntries = { keep, discard, all, countOf }

const putCount = (entries: EntryWriter, hash: string, count: number): void => entries.put(counts, hash, String(count))

const keyOf = (row: TrainingRow): string => createHash("sha256").update(inputKey(row)).digest("hex")

/** What a person says is right counts more than what a model answered; of equals, the newer one does. */
const replaces = (row: TrainingRow, before: TrainingRow): boolean =>
  isExpected(row) === isExpected(before) ? row.provenance.at >= before.provenance.at : isExpected(row)

const isExpected = ({ provenance }: TrainingRow): boolean => provenance.source === "expected"

/** A hundredth more than has to leave does, so that the next rows need no look at all of them. */
const evict = (entries: EntryWriter, hash: string, mostRows: number): number => {
  const collection = collectionOf(hash)
  const stored = entries.list(collection)
  const leaving = stored.length - mostRows + Math.floor(mostRows / 100)
  const byWorth = stored
    .map((entry) => ({ key: entry.key, worth: worthOf(decodeEntry(entry)) }))
    .toSorted((a, b) => (a.worth < b.worth ? -1 : 1))
  for (const { key } of byWorth.slice(0, leaving)) entries.delete(collection, key)
  return stored.length - leaving
}

/** Damaged rows first, then answers of models from the oldest on, then what persons say. */
const worthOf = (row: Result.Result<TrainingRow, string>): string =>
  Result.isFailure(row) ? "" : `${isExpected(row.success) ? 2 : 1} ${row.success.provenance.at}`

const Entry = Schema.fromJsonString(TrainingRow)
const encodeRow = Schema.encodeSync(Entry)
const decodeRow = Schema.decodeUnknownResult(Entry)

const decodeEntry = ({ key, value }: StoredEntry): Result.Result<TrainingRow, string> =>
  Result.flatMap(
    Result.mapError(value, ({ message }) => message),
    (text) => Result.mapError(decodeRow(text), () => `The collected row "${key}" cannot be read and is left out.`),
  )
