import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { isTerminal } from "../../RunEvent.ts"
import type { Nats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { noteJoiner } from "./noteMessages.ts"
import { allRuns, runsStream } from "./workSpecs.ts"

/** Of the journals' room, so much may be taken up before old ones have to go: runs under way need the rest to come to their end. */
const mostTaken = 0.75

/** So much may be taken up when enough have gone. */
const enough = 0.6

/** After so many have gone it is looked whether that is enough. */
const batchSize = 32

/** Lets the journals of runs that have ended go, the oldest first, where little room is left. Fails where that does not help. */
export const makeRoom = Effect.fnUntraced(function* (nats: Nats["Service"]): Effect.fn.Return<void, NatsError> {
  const look = nats.use("looking for room", ({ manager }) => manager.streams.info(runsStream))
  const isBeyond = (share: number) =>
    Effect.map(look, ({ state, config }) => config.max_bytes > 0 && state.bytes > share * config.max_bytes)
  if (!(yield* isBeyond(mostTaken))) return

  // Ids of runs sort by time.
  const subjects = yield* nats.use("looking for old runs", async ({ manager }) => {
    const { state } = await manager.streams.info(runsStream, { subjects_filter: allRuns })
    return Object.keys(state.subjects ?? {}).toSorted()
  })
  for (let index = 0; index < subjects.length && (yield* isBeyond(enough)); index += batchSize) {
    yield* nats.use("letting old runs go", async ({ manager }) => {
      for (const subject of subjects.slice(index, index + batchSize)) {
        const last = await manager.streams.getMessage(runsStream, { last_by_subj: subject })
        if (last !== null && isEnd(last)) await manager.streams.purge(runsStream, { filter: subject })
      }
    })
  }
  if (!(yield* isBeyond(mostTaken))) return
  const { state, config } = yield* look
  return yield* full(state.bytes, config.max_bytes)
})

/** Whether it is the last note of a run that has ended. One of several messages is not told apart, and stays for longer. */
const isEnd = (message: Parameters<ReturnType<typeof noteJoiner>>[0]): boolean => {
  const note = noteJoiner()(message)
  if (Result.isFailure(note) || note.success?._tag !== "Recorded") return false
  const last = note.success.events.at(-1)
  return last !== undefined && isTerminal(last)
}

const full = (bytes: number, most: number): NatsError =>
  new NatsError({
    reason: "full",
    message:
      `${runsStream} holds ${bytes} of ${most} bytes of runs that have not ended, and the rest is for those under way. Submit ` +
      "it later, or give the stream more room: `nats stream edit`, and nats.work.maxBytes for a new one.",
  })
