import * as Effect from "effect/Effect"
import type { Nats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { runsStream } from "./workSpecs.ts"

/** Of the journals' room, new runs may take up so much: those under way need the rest to come to their end. */
const shareOfNew = 0.75

/** Fails where so much is kept of runs that a new one has to wait. */
export const hasRoom = (nats: Nats["Service"]): Effect.Effect<void, NatsError> =>
  Effect.flatMap(
    nats.use("looking for room", ({ manager }) => manager.streams.info(runsStream)),
    ({ state, config }) => {
      const isFull = config.max_bytes > 0 && state.bytes > shareOfNew * config.max_bytes
      return isFull ? Effect.fail(full(state.bytes, config.max_bytes)) : Effect.void
    },
  )

const full = (bytes: number, most: number): NatsError =>
  new NatsError({
    reason: "full",
    message:
      `${runsStream} holds ${bytes} of ${most} bytes, and the rest is for runs under way. Submit it later, when old runs ` +
      "have gone (nats.work.maxAgeMs), or give the stream more room: `nats stream edit`, and nats.work.maxBytes for a new one.",
  })
