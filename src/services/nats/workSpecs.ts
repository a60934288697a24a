import type { NatsSettings } from "../../NatsSettings.ts"
import type { StreamSpec } from "./ensureStreams.ts"
import { token } from "./eventSubject.ts"

/** Runs that wait for a worker, by their ids; taken out when they have ended. */
export const workStream = "DOUBLETRACK_WORK"
export const workSubject = (runId: string): string => `doubletrack.work.${token(runId)}`

/** The journals of those runs, and requests to cancel them. */
export const runsStream = "DOUBLETRACK_RUNS"
export const runSubject = (runId: string): string => `doubletrack.runs.${token(runId)}`
export const allRuns = "doubletrack.runs.*"
export const cancelSubject = (runId: string): string => `doubletrack.cancels.${token(runId)}`
export const allCancels = "doubletrack.cancels.*"

export const workSpec = ({ work: { maxAgeMs } }: NatsSettings): StreamSpec => ({
  name: workStream,
  subjects: ["doubletrack.work.*"],
  description: "Runs of Doubletrack that wait for a worker",
  retention: "workqueue",
  discard: "new",
  maxAgeMs,
  maxBytes: 64 * 2 ** 20,
})

/** The server lets nothing of it go before its time: a run that has not ended needs all of its journal. */
export const runsSpec = ({ work: { maxAgeMs, maxBytes } }: NatsSettings): StreamSpec => ({
  name: runsStream,
  subjects: [allRuns, allCancels],
  description: "Journals of the runs that workers of Doubletrack carry out",
  discard: "new",
  maxAgeMs,
  maxBytes,
})
