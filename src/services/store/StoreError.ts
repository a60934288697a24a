import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/** Why the embedded store cannot do what it is asked. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: Schema.Literals(["unreadable", "unwritable", "full", "busy", "damaged", "newer", "foreign"]),
  /** What happened, in which file, and what to do. */
  message: Schema.String,
}) {}

/** The failure that an exception of SQLite stands for; anything else that is thrown is thrown on. */
export const storeErrorOf = (cause: unknown, file: string): StoreError => {
  if (cause instanceof StoreError) return cause
  if (!isSqliteError(cause)) throw cause
  const { reason, advice } = failureOf(cause.errcode)
  return new StoreError({ reason, message: `The store "${file}" ${advice} (SQLite: ${cause.message}).` })
}

const isSqliteError = (cause: unknown): cause is Error & { readonly errcode: number } =>
  cause instanceof Error && Predicate.hasProperty(cause, "errcode") && Predicate.isNumber(cause.errcode)

/** What to make of SQLite's result codes (https://www.sqlite.org/rescode.html); the lowest byte is the kind. */
const failureOf = (code: number): { readonly reason: StoreError["reason"]; readonly advice: string } => {
  switch (code & 0xff) {
    case 5:
    case 6:
      return { reason: "busy", advice: "is being written by another process. Try again" }
    case 8:
      return { reason: "unwritable", advice: "may not be written. Give yourself write permission, or use --state DIR" }
    case 11:
    case 26:
      return {
        reason: "damaged",
        advice: "is damaged. Restore it from a backup, or move it away and start with an empty one",
      }
    case 13:
      return { reason: "full", advice: "cannot grow: the disk is full. Make room and try again" }
    case 14:
      return { reason: "unwritable", advice: "cannot be opened. Check its permissions, or use --state DIR" }
    default:
      return { reason: "unreadable", advice: "cannot be used. Check the disk that it is on" }
  }
}
