import * as Effect from "effect/Effect"
import type { RunEvent } from "../../RunEvent.ts"
import { withoutContent } from "../../withoutContent.ts"
import { Journal } from "../journal/Journal.ts"
import { JournalError } from "../journal/JournalError.ts"
import { StoreError } from "../store/StoreError.ts"
import { type EventQuery, EventSourceError } from "./EventSource.ts"

/** What the journal of this machine holds, from the oldest run to the newest. Runs that cannot be read are said on the log. */
export const journaledEvents = Effect.fnUntraced(function* ({
  run,
}: Pick<EventQuery, "run">): Effect.fn.Return<ReadonlyArray<RunEvent>, EventSourceError, Journal> {
  const journal = yield* Journal
  const eventsOf = (runId: string) => Effect.map(journal.read(runId), ({ events }) => events.map(withoutContent))
  if (run !== undefined) return yield* Effect.mapError(eventsOf(run), unreadable)
  const found: Array<RunEvent> = []
  for (const record of yield* Effect.mapError(journal.list, unreadable)) {
    const events = record instanceof JournalError ? Effect.fail(record) : eventsOf(record.runId)
    const skipped = ({ message }: { readonly message: string }) => Effect.as(Effect.logWarning(message), [])
    found.push(...(yield* events.pipe(Effect.catch(skipped))))
  }
  return found
})

const unreadable = (error: JournalError | StoreError) =>
  new EventSourceError({ message: error.message, ...(error instanceof StoreError ? { cause: error } : {}) })
