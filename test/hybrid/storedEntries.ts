import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

/** What lies in the store under a key, byte for byte. */
export interface StoredText {
  readonly key: string
  readonly value: string
}

/** A collection in the store of a state directory, by key, read beside whoever has it open. */
export const storedEntries = (directory: string, collection: string): ReadonlyArray<StoredText> => {
  const database = new DatabaseSync(join(directory, "doubletrack.db"), { readOnly: true })
  try {
    return database
      .prepare("select key, value from entries where collection = ? order by key")
      .all(collection)
      .map(({ key, value }) => ({ key: String(key), value: String(value) }))
  } finally {
    database.close()
  }
}
