import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { root } from "./root.ts"

/** `doubletrack runs cancel RUN`. */
export const cancelRun = Command.make(
  "cancel",
  { run: Argument.String("RUN").pipe(Argument.withDescription("Its id, as `runs` shows it")) },
  Effect.fn(function* ({ run }) {
    const flags = yield* root
    const { track } = yield* openTrack(flags)
    const answer = yield* refusable(() => track.cancelRun(run))
    const status = answer === "asked" ? yield* waitForEnd(track, run) : "cancelled"
    if (flags.json) return yield* Console.log(JSON.stringify({ runId: run, status }, null, 2))
    if (!flags.quiet)
      yield* Console.log(status === "running" ? `${run}: asked to end, it has not yet` : `${run}: ${status}`)
  }, Effect.scoped),
).pipe(Command.withDescription("End a run that was interrupted; ask the process that is at one to end it"))

const looks = 20

/** What has become of a run that another process is at, after 5 s at most. */
const waitForEnd = Effect.fnUntraced(function* (track: DoubletrackService, runId: string) {
  const isHere = (yield* refusable(() => track.runs())).some((run) => run.runId === runId)
  if (isHere) return yield* waitForRecord(track, runId)
  const ended = Effect.map(
    refusable(() => track.attach(runId).result),
    ({ status }) => status,
  )
  return yield* Effect.timeoutOrElse(ended, { duration: "5 seconds", orElse: () => Effect.succeed("running" as const) })
})

const waitForRecord = Effect.fnUntraced(function* (track: DoubletrackService, runId: string) {
  for (let look = 0; look < looks; look++) {
    const status = (yield* refusable(() => track.runs())).find((run) => run.runId === runId)?.status
    if (status !== undefined && status !== "running") return status
    yield* Effect.sleep("250 millis")
  }
  return "running" as const
})
