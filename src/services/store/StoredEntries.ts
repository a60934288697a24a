import { createHash } from "node:crypto"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { StoreError } from "./StoreError.ts"

/** One entry of a collection; a value that does not fit its checksum is a failure. */
export interface StoredEntry {
  readonly key: string
  readonly value: Result.Result<string, StoreError>
}

/** What can be read in a transaction. Meeting a damaged value ends it with that error. */
export interface EntryReader {
  /** Null where there is none. */
  readonly get: (collection: string, key: string) => string | null
  /** In the order of the keys, by code point. */
  readonly list: (collection: string, prefix?: string) => ReadonlyArray<StoredEntry>
  /** All keys of a collection in their order, read without their values. */
  readonly keys: (collection: string) => ReadonlyArray<string>
}

/** What can be done in a writing transaction. */
export interface EntryWriter extends EntryReader {
  readonly put: (collection: string, key: string, value: string) => void
  readonly delete: (collection: string, key: string) => void
}

/** What a store that was never written holds. */
export const noEntries: EntryReader = { get: () => null, list: () => [], keys: () => [] }

const Row = Schema.Struct({ key: Schema.String, value: Schema.String, checksum: Schema.String })
const decodeRows = Schema.decodeUnknownResult(Schema.Array(Row))
const decodeKeys = Schema.decodeUnknownSync(Schema.Array(Schema.Struct({ key: Schema.String })))

/** The entries of an open database. Statements are prepared once. */
export const entriesOf = (database: DatabaseSync, file: string): EntryWriter => {
  const one = database.prepare("select key, value, checksum from entries where collection = ? and key = ?")
  const many = database.prepare(
    "select key, value, checksum from entries where collection = ? and key >= ? order by key",
  )
  const names = database.prepare("select key from entries where collection = ? order by key")
  const upsert = database.prepare(
    "insert into entries (collection, key, value, checksum) values (?, ?, ?, ?) " +
      "on conflict (collection, key) do update set value = excluded.value, checksum = excluded.checksum",
  )
  const remove = database.prepare("delete from entries where collection = ? and key = ?")

  const damaged = (collection: string, key: string) =>
    new StoreError({
      reason: "damaged",
      message: `The entry "${key}" of "${collection}" in the store "${file}" is damaged: it does not fit its checksum. Restore the store from a backup, or write the entry anew.`,
    })

  const entries = (collection: string, key: string, rows: unknown): ReadonlyArray<StoredEntry> => {
    const decoded = decodeRows(rows)
    if (Result.isFailure(decoded)) return [{ key, value: Result.fail(damaged(collection, key)) }]
    return decoded.success.map((row) => ({
      key: row.key,
      value:
        checksum(collection, row.key, row.value) === row.checksum
          ? Result.succeed(row.value)
          : Result.fail(damaged(collection, row.key)),
    }))
  }

  return {
    get: (collection, key) => {
      const [entry] = entries(collection, key, one.all(collection, key))
      return entry === undefined ? null : Result.getOrThrow(entry.value)
    },
    list: (collection, prefix = "") => entries(collection, prefix, rowsFrom(many, collection, prefix.toWellFormed())),
    keys: (collection) => decodeKeys(names.all(collection)).map(({ key }) => key),
    put: (collection, key, value) => void upsert.run(collection, key, value, checksum(collection, key, value)),
    delete: (collection, key) => void remove.run(collection, key),
  }
}

/** Keys with one beginning lie side by side: reading stops behind the last of them. */
const rowsFrom = (many: StatementSync, collection: string, prefix: string): ReadonlyArray<unknown> => {
  const rows: Array<unknown> = []
  for (const row of many.iterate(collection, prefix)) {
    if (!String(row["key"]).startsWith(prefix)) break
    rows.push(row)
  }
  return rows
}

/** Over the place, too, so that a value under a wrong key is noticed. */
const checksum = (collection: string, key: string, value: string): string =>
  createHash("sha256")
    .update(JSON.stringify([collection, key.toWellFormed()]))
    .update("\n")
    .update(value)
    .digest("hex")
    .slice(0, 32)
