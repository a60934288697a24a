import * as Effect from "effect/Effect"
import { ExperimentFold } from "../experiments/ExperimentFold.ts"
import type { FoldPosition } from "../experiments/ExperimentState.ts"
import type { StoreError } from "../store/StoreError.ts"
import { ensureStream } from "./ensureStreams.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { eventsStream } from "./eventSubject.ts"
import { loadSnapshot, newestSnapshot, saveSnapshot } from "./ExperimentSnapshots.ts"
import { Nats } from "./Nats.ts"
import type { NatsError } from "./NatsError.ts"

/** What the stream of events holds at the moment. */
export interface StreamExtent {
  /** Tells it from another stream of its name. */
  readonly stream: string
  /** Sequence of the oldest message; one behind `last` where there is none. */
  readonly first: number
  readonly last: number
}

export const streamExtent: Effect.Effect<StreamExtent, NatsError, Nats> = Effect.gen(function* () {
  const nats = yield* Nats
  yield* ensureStream(eventsSpec(nats.settings))
  return yield* nats.use("looking at the stream of events", async ({ manager }) => {
    const { created, state } = await manager.streams.info(eventsStream)
    return {
      stream: created,
      first: Math.max(1, state.messages === 0 ? state.last_seq + 1 : state.first_seq),
      last: state.last_seq,
    }
  })
})

/** Whether everything behind a position is still in the stream. */
export const isWithin = (position: FoldPosition, { stream, first, last }: StreamExtent): boolean =>
  position.stream === stream && position.sequence >= first - 1 && position.sequence <= last

/** A snapshot saves so much reading that it is loaded although the stream would do. */
const farBehind = 20_000

/**
 * Brings the experiments to a position from which the stream leads on: where they are, or where the newest snapshot is. Where
 * neither is possible, what this node knows becomes what all nodes go on from, unless another node is faster.
 */
export const catchUp: Effect.Effect<FoldPosition, NatsError | StoreError, Nats | ExperimentFold> = Effect.gen(
  function* () {
    const fold = yield* ExperimentFold
    while (true) {
      const extent = yield* streamExtent
      const position = yield* fold.position
      const newest = yield* newestSnapshot
      const { pointer } = newest
      const own = position !== null && isWithin(position, extent) ? position : null
      const reachable = pointer !== null && isWithin(pointer.position, extent) ? pointer : null
      const lead = (reachable?.position.sequence ?? 0) - (own?.sequence ?? 0)
      if (own !== null && (reachable === null || lead < farBehind)) return own
      if (reachable !== null) {
        const state = yield* loadSnapshot(reachable)
        if (state !== null) {
          yield* fold.replace(state)
          return state.position
        }
        if (own !== null) return own
      }
      const base = yield* fold.stateAt({ stream: extent.stream, sequence: extent.first - 1 })
      if (position !== null || extent.first > 1) yield* Effect.logInfo(startsAnew)
      if (yield* saveSnapshot(base, newest)) {
        yield* fold.replace(base)
        return base.position
      }
    }
  },
)

const startsAnew =
  "The stream of events does not reach back to where the experiments of this node are, and no snapshot does. They go on " +
  "from what this node knows, for all nodes."
