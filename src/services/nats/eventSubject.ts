import { createHash } from "node:crypto"
import type { RunEvent } from "../../RunEvent.ts"
import type { SystemEvent } from "../../SystemEvent.ts"

/** The stream that every event of a fleet goes to. */
export const eventsStream = "DOUBLETRACK_EVENTS"

/** What the stream takes in. */
export const allEvents = "doubletrack.events.>"

/** `doubletrack.events.<scope>.<workflow>.<runId|system>.<tag>`. */
export const eventSubject = (event: RunEvent | SystemEvent): string =>
  ["doubletrack.events", event.scope, token(workflowOf(event)), token(runOf(event)), event._tag].join(".")

/** Everything of one run, or only the events of one kind; of system events where `run` is `system`. */
export const eventsOf = ({ run, tag }: { readonly run?: string; readonly tag?: string }): string =>
  run === undefined && tag === undefined
    ? allEvents
    : `doubletrack.events.*.*.${run === undefined ? "*" : token(run)}.${tag ?? "*"}`

export const runOf = (event: RunEvent | SystemEvent): string => ("runId" in event ? event.runId : "system")

/** Empty for what concerns a signature, whatever workflow it is used in. */
export const workflowOf = (event: RunEvent | SystemEvent): string => ("workflow" in event ? event.workflow : "")

/** Longer ones are cut, and told apart by a hash. */
const longestToken = 200

/** Percent-encoded, so that neither a dot nor a space, `*` or `>` is left in it, and never empty. */
export const token = (text: string): string => {
  const encoded = encodeURIComponent(text.toWellFormed()).replaceAll(".", "%2E").replaceAll("*", "%2A")
  if (encoded === "") return "%"
  if (encoded.length <= longestToken) return encoded
  return `${encoded.slice(0, longestToken)}~${createHash("sha256").update(text).digest("hex").slice(0, 16)}`
}
