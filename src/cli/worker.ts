import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { DoubletrackService } from "../DoubletrackService.ts"
import type { Run } from "../Run.ts"
import { fleetProblem, requireFleet } from "./fleet.ts"
import { count } from "./format.ts"
import { atLeast } from "./limitFlags.ts"
import { openTrack, settingsOf } from "./openTrack.ts"
import { optionFlag } from "./optionFlag.ts"
import { root } from "./root.ts"
import { type WorkerView, workerView } from "./workerView.ts"

/** `doubletrack worker`. */
export const worker = Command.make(
  "worker",
  {
    concurrency: optionFlag(
      atLeast(
        1,
        Flag.Int("concurrency").pipe(
          Flag.withMetavar("N"),
          Flag.withDescription("Runs at the same time (default: nats.work.concurrency, else 4)"),
        ),
      ),
      (concurrency) => ({ concurrency }),
    ),
  },
  Effect.fn(function* ({ concurrency: given }) {
    const flags = yield* root
    const { settings } = yield* settingsOf(flags)
    yield* requireFleet(settings, "doubletrack worker")
    const { concurrency } = { ...settings.nats.work, ...given }
    const view = workerView(flags)
    const followed = yield* FiberSet.make<void>()
    yield* Effect.addFinalizer(() => FiberSet.awaitEmpty(followed))
    const follow = yield* FiberSet.runtime(followed)()
    const following = (whenLeft: string) => (run: Run) => void follow(view.follow(run, whenLeft))
    const { track } = yield* openTrack(flags, {
      onResume: following("left; the next process on this state directory goes on with it"),
    })
    yield* Effect.acquireUseRelease(
      Effect.sync(() =>
        track.work({ concurrency, onRun: following("given back; another worker goes on with it at once") }),
      ),
      () => Effect.andThen(sayConnected(track, concurrency, view), Effect.never),
      (working) =>
        Effect.gen(function* () {
          yield* view.stopping
          yield* view.say("stopping: takes no more runs, and gives its own back (Ctrl-C again stops at once)")
          yield* Effect.promise(() => working.stop())
        }),
    )
  }, Effect.scoped),
).pipe(
  Command.withDescription("Carry out runs that were submitted to the fleet, until interrupted; needs NATS"),
  Command.withExamples([
    { command: "doubletrack worker --nats nats://127.0.0.1:4222", description: "Take runs" },
    { command: "doubletrack worker --concurrency 16 --json", description: "A line of JSON for each run that ended" },
  ]),
)

/** A worker stays while its fleet is away. */
const sayConnected = (track: DoubletrackService, places: number, { say }: WorkerView) =>
  Effect.gen(function* () {
    const problem = yield* fleetProblem(track)
    if (problem !== null) {
      yield* say(`waits for NATS: ${problem}`)
      while ((yield* fleetProblem(track)) !== null) yield* Effect.sleep("250 millis")
    }
    const { status } = yield* Effect.promise(() => track.fleet())
    const where = status._tag === "Connected" ? status.server : "NATS"
    yield* say(`waits for runs on ${where}, ${count(places, "run")} at a time`)
  })
