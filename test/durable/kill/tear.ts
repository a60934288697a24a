import { existsSync, statSync, truncateSync } from "node:fs"
import { join } from "node:path"

/** Cuts off the end of what was written to a store last. */
export const tear = (store: string): void => {
  const log = join(store, "doubletrack.db-wal")
  if (existsSync(log)) truncateSync(log, Math.max(0, statSync(log).size - 100))
}
