import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ExperimentFold } from "../experiments/ExperimentFold.ts"
import type { StoreError } from "../store/StoreError.ts"
import { newestSnapshot, saveSnapshot } from "./ExperimentSnapshots.ts"
import { kvLeases } from "./kvLeases.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"
import { sentence } from "./sentence.ts"

/** Keeps a snapshot now and then, one node for all. */
export interface SnapshotKeeper {
  /** So many more outcomes are in. */
  readonly counted: (outcomes: number) => Effect.Effect<void>
  /** To be called now and then when nothing happens. */
  readonly check: Effect.Effect<void>
}

/** After that long, a single outcome is worth a snapshot: the stream will not keep it for ever. */
const longestMs = 3_600_000

/** How long a node has for writing one, as for everything that only one node does. */
const holdMs = 30_000

export const keepSnapshots = Effect.fnUntraced(function* (
  every: number,
): Effect.fn.Return<SnapshotKeeper, never, Nats | ExperimentFold> {
  const nats = yield* Nats
  const fold = yield* ExperimentFold
  const leases = kvLeases(nats, { space: "LEASES", holdMs })
  let since = 0
  let writtenAtMs = 0

  let said = ""
  const sayOnce = ({ message }: NatsError | StoreError) =>
    Effect.suspend(() => {
      if (said === message) return Effect.void
      said = message
      return Effect.logWarning(`No snapshot of the experiments is kept: ${sentence(message)}`)
    })

  const write = Effect.gen(function* () {
    since = 0
    writtenAtMs = yield* Clock.currentTimeMillis
    const lease = yield* Effect.orElseSucceed(leases.acquire("snapshot"), () => null)
    if (lease === null) return
    yield* writeNewer.pipe(
      Effect.provideService(Nats, nats),
      Effect.provideService(ExperimentFold, fold),
      Effect.catch(sayOnce),
      Effect.ensuring(Effect.ignore(lease.release)),
    )
  })
  const check = Effect.gen(function* () {
    const nowMs = yield* Clock.currentTimeMillis
    if (since >= every || (since > 0 && nowMs - writtenAtMs >= longestMs)) yield* write
  })
  return {
    counted: (outcomes) =>
      Effect.suspend(() => {
        since += outcomes
        return check
      }),
    check,
  }
})

const writeNewer = Effect.gen(function* () {
  const fold = yield* ExperimentFold
  const newest = yield* newestSnapshot
  const state = yield* fold.state
  if (state === null) return
  const { pointer } = newest
  const isNewer =
    pointer?.position.stream !== state.position.stream || pointer.position.sequence < state.position.sequence
  if (isNewer) yield* saveSnapshot(state, newest)
})
