import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Nats } from "../services/nats/Nats.ts"
import { CommandFailed } from "./CommandFailed.ts"

/** How long a server is waited for by somebody who does not want to wait. */
const patience = "5 seconds"

/** Goes on once there is a connection; fails with what is the matter where there is none. */
export const arrived = ({ status, statusChanges, settings }: Nats["Service"]): Effect.Effect<void, CommandFailed> =>
  Effect.gen(function* () {
    const decided = Stream.takeUntil(statusChanges, ({ _tag }) => _tag !== "Connecting")
    yield* Effect.timeoutOption(Stream.runDrain(decided), patience)
    const now = yield* status
    if (now._tag === "Connected") return
    yield* Console.error(now._tag === "Away" ? now.problem : `NATS does not answer: ${settings.servers.length} servers`)
    return yield* new CommandFailed()
  })
