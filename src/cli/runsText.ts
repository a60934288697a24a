import { replay } from "../machines/replay.ts"
import { inDoubtText } from "../checkResume.ts"
import type { RunSummary } from "../RunSummary.ts"
import type { RunningProcess } from "../services/journal/RunningProcess.ts"
import { addEvent, noProgress } from "../streams/progress.ts"
import { stepReport } from "../streams/report.ts"
import { summarizeRun } from "../summarizeRuns.ts"
import type { FoundRun } from "./findRun.ts"
import { count, formatCost, formatDuration } from "./format.ts"
import { paintNothing } from "./paint.ts"
import { nameWidth, stepLine } from "./stepLine.ts"
import { factLines, table } from "./table.ts"

/** Runs as a table. */
export const runsTable = (runs: ReadonlyArray<RunSummary>): string =>
  table([
    ["ID", "WORKFLOW", "STATUS", "STARTED", "TIME", "COST"],
    ...runs.map(({ runId, workflow, status, startedAt, latencyMs, costUsd }) => [
      runId,
      workflow,
      status,
      startedAt.slice(0, 16).replace("T", " "),
      formatDuration(latencyMs),
      formatCost(costUsd),
    ]),
  ]).join("\n")

/** Everything that is known of one run, for `runs show --json`. */
export const runDetails = ({ run, fleet }: FoundRun) => {
  const { context, attempts } = replay(run.beginning.input, run.events)
  const { steps, results, error } = run.events.reduce(addEvent, noProgress)
  const { position, workflow } = context
  const hasEnded = run.record.status !== "running"
  const events: Record<string, number> = {}
  for (const { _tag } of run.events) events[_tag] = (events[_tag] ?? 0) + 1
  const summary = summarizeRun(run)
  const because = summary.status === "in_doubt" ? inDoubtText(context) : (fleet?.stopped ?? null)
  return {
    ...summary,
    file: run.record.file,
    attempts,
    /** The step that it is at, or goes on with; null where every step has ended. */
    goesOnWith: hasEnded ? null : (workflow.steps[position]?.name ?? null),
    ...(because === null || hasEnded ? {} : { because }),
    ...(fleet === null ? {} : { worker: workerOf(fleet.worker) }),
    results,
    steps: steps.map(stepReport),
    ...(error === null ? {} : { error }),
    events,
  }
}

/** One run for people: where it stands, its steps, and what happened in it. */
export const runText = (found: FoundRun): string => {
  const details = runDetails(found)
  const progress = found.run.events.reduce(addEvent, noProgress)
  const look = { paint: paintNothing, nameWidth: nameWidth(progress) }
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["id", details.runId],
    ["workflow", details.file === null ? details.workflow : `${details.workflow} (${details.file})`],
    ["status", details.status],
    [
      "started",
      details.attempts === 1
        ? details.startedAt
        : `${details.startedAt}, resumed ${count(details.attempts - 1, "time")}`,
    ],
    ["took", `${formatDuration(details.latencyMs)}, ${formatCost(details.costUsd)}`],
    ...(details.worker === undefined ? [] : [["worker", workerText(details)] as const]),
    ...(details.goesOnWith === null ? [] : [["goes on", `with step "${details.goesOnWith}"`] as const]),
    [
      "events",
      Object.entries(details.events)
        .map(([tag, count]) => `${tag} ${count}`)
        .join(", ") || "none yet",
    ],
  ]
  return [
    ...factLines(facts),
    ...(progress.steps.length === 0 ? [] : ["", ...progress.steps.map((step) => stepLine(step, look))]),
    ...(details.because === undefined ? [] : ["", details.because]),
    ...(details.error === undefined ? [] : ["", details.error.message]),
  ].join("\n")
}

const workerOf = (worker: RunningProcess | null) => worker && { host: worker.host, pid: worker.pid }

const workerText = ({ worker, status }: ReturnType<typeof runDetails>): string => {
  if (worker !== null && worker !== undefined) return `process ${worker.pid} on ${worker.host}`
  return status === "running" ? "none yet; the run waits for one" : "none"
}
