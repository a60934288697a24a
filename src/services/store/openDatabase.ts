import type { DatabaseSync } from "node:sqlite"
import { loadSqlite } from "./loadSqlite.ts"
import { type EntryReader, type EntryWriter, entriesOf } from "./StoredEntries.ts"
import { StoreError } from "./StoreError.ts"

/** An open database. Everything in it is synchronous, so transactions of one process never mix. */
export interface OpenDatabase {
  readonly read: <A>(work: (entries: EntryReader) => A) => A
  readonly write: <A>(work: (entries: EntryWriter) => A) => A
  readonly close: () => void
}

/** How long SQLite itself may block the event loop for another process; the store tries again after that. */
const busyTimeoutMs = 10

/** "dbtk", by which SQLite files of other programs are told apart (https://www.sqlite.org/fileformat.html §1.3.17). */
const applicationId = 0x6462746b

/** What a commit outlives: `normal`, that the process is killed; `full`, that the power fails, too. */
export type Durability = "normal" | "full"

/** Each one leads from the version of its index to the next. */
const migrations = [
  `create table entries (
    collection text not null, key text not null, value text not null, checksum text not null,
    primary key (collection, key)
  ) strict`,
]

/** Opens the file, or `:memory:`, and brings it to this release's version. Throws SQLite's errors and StoreError. */
export const openDatabase = (file: string, durability: Durability = "normal"): OpenDatabase => {
  const { DatabaseSync } = loadSqlite()
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs })
  try {
    database.exec(`pragma journal_mode = wal; pragma synchronous = ${durability}`)
    migrate(database, file)
    const entries = entriesOf(database, file)
    return {
      read: (work) => transaction(database, "begin", () => work(entries)),
      write: (work) => transaction(database, "begin immediate", () => work(entries)),
      close: () => database.close(),
    }
  } catch (cause) {
    database.close()
    throw cause
  }
}

const migrate = (database: DatabaseSync, file: string): void => {
  if (versionOf(database, file) === migrations.length) return
  transaction(database, "begin immediate", () => {
    for (const migration of migrations.slice(versionOf(database, file))) database.exec(migration)
    database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${migrations.length}`)
  })
}

const versionOf = (database: DatabaseSync, file: string): number => {
  const version = numberOf(database, "select user_version as number from pragma_user_version")
  const tables = numberOf(database, "select count(*) as number from sqlite_schema")
  const owner = numberOf(database, "select application_id as number from pragma_application_id")
  if (owner !== applicationId && (tables > 0 || version > 0)) throw foreign(file)
  if (version > migrations.length) throw newer(file, version)
  return version
}

const numberOf = (database: DatabaseSync, query: string): number => Number(database.prepare(query).get()?.["number"])

const foreign = (file: string) =>
  new StoreError({
    reason: "foreign",
    message: `"${file}" is a database of another program. Choose another directory with --state DIR.`,
  })

const newer = (file: string, version: number) =>
  new StoreError({
    reason: "newer",
    message: `The store "${file}" was written by a later release: its version is ${version}, and this release knows versions up to ${migrations.length}. Update doubletrack, or choose another directory with --state DIR.`,
  })

const transaction = <A>(database: DatabaseSync, begin: "begin" | "begin immediate", work: () => A): A => {
  database.exec(begin)
  try {
    const result = work()
    database.exec("commit")
    return result
  } catch (cause) {
    if (database.isTransaction) database.exec("rollback")
    throw cause
  }
}
