import * as Effect from "effect/Effect"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { type InputError, refuse } from "../InputError.ts"
import type { Settings } from "../Settings.ts"

/** Refuses what only a fleet can do, where no server is named. `what` is what was typed. */
export const requireFleet = ({ nats }: Settings, what: string): Effect.Effect<void, InputError> =>
  nats.servers.length > 0
    ? Effect.void
    : refuse(`${what}: this needs a fleet; name a NATS server with --nats URL, NATS_URL or \`nats\``)

/** Why NATS cannot be worked with; null once it can. Waits for a first answer. */
export const fleetProblem = (track: DoubletrackService): Effect.Effect<string | null> =>
  Effect.gen(function* () {
    for (;;) {
      const { status } = yield* Effect.promise(() => track.fleet())
      switch (status._tag) {
        case "Connecting":
          yield* Effect.sleep("20 millis")
          continue
        case "Connected":
          return status.jetStream ? null : `${status.server} runs without JetStream; start it with --jetstream`
        default:
          return "problem" in status ? status.problem : "NATS does not answer"
      }
    }
  })
