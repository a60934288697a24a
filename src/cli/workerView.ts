import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { Run } from "../Run.ts"
import type { RunEvent } from "../RunEvent.ts"
import type { RunReport } from "../RunReport.ts"
import { eventsOf } from "./executeRun.ts"
import { formatCost, formatDuration } from "./format.ts"
import { refusable } from "./openTrack.ts"
import type { RootFlags } from "./root.ts"

/** What a worker tells of its runs. */
export interface WorkerView {
  readonly say: (line: string) => Effect.Effect<void>
  /** Tells of one run from its beginning here to its end here; `whenLeft` is what becomes of it when it is given up on closing. */
  readonly follow: (run: Run, whenLeft: string) => Effect.Effect<void>
  /** From now on runs stop because this worker does. */
  readonly stopping: Effect.Effect<void>
}

/** Lines for people on standard output; with --json they go beside the reports of the runs, with --quiet nowhere. */
export const workerView = ({ json, quiet }: Pick<RootFlags, "json" | "quiet">): WorkerView => {
  let isStopping = false
  const say = (line: string) => (quiet ? Effect.void : json ? Console.error(line) : Console.log(line))

  const follow = (run: Run, whenLeft: string) =>
    Effect.gen(function* () {
      const since = new Date(yield* Clock.currentTimeMillis).toISOString()
      let workflow: string | null = null
      yield* Stream.runForEach(eventsOf(run), (event) => {
        workflow = event.workflow
        const begun = event.at < since ? null : begunText(event)
        return begun === null ? Effect.void : say(`▸ ${run.id}  ${event.workflow}  ${begun}`)
      })
      const exit = yield* Effect.exit(refusable(() => run.result))
      if (Exit.isSuccess(exit)) {
        if (json) yield* Console.log(JSON.stringify(exit.value))
        return yield* say(endedLine(exit.value))
      }
      // What cannot be carried out here at all is said on the log.
      if (workflow === null) return
      const left = isStopping ? whenLeft : "taken over by another worker, which did not hear of this one any more"
      yield* say(`– ${run.id}  ${workflow}  ${left}`)
    })

  return {
    say,
    follow,
    stopping: Effect.sync(() => {
      isStopping = true
    }),
  }
}

const begunText = (event: RunEvent): string | null => {
  switch (event._tag) {
    case "RunStarted":
      return "begun"
    case "RunResumed":
      return event.step === null
        ? `goes on after its last step (attempt ${event.attempt})`
        : `goes on with step "${event.step}" (attempt ${event.attempt})`
    default:
      return null
  }
}

const marks = { completed: "✓", failed: "✗", cancelled: "■" } as const

const endedLine = ({ runId, workflow, status, totals, error }: RunReport): string => {
  const { latencyMs, costUsd } = totals
  const facts = [
    `${marks[status]} ${runId}`,
    workflow,
    status,
    formatDuration(latencyMs),
    costUsd === null ? "cost unknown" : formatCost(costUsd),
  ]
  return [...facts, ...(error === undefined ? [] : [`${error.reason}: ${error.message}`])].join("  ")
}
