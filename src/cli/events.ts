import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { type InputError, wrongInput } from "../InputError.ts"
import { isoTime } from "../isoTime.ts"
import { parseDuration } from "./duration.ts"
import { eventLine } from "./eventLine.ts"
import { withEvents } from "./openEvents.ts"
import { root } from "./root.ts"

/** `doubletrack events`. */
export const events = Command.make(
  "events",
  {
    follow: Flag.Boolean("follow").pipe(
      Flag.withAlias("f"),
      Flag.withoutNegation,
      Flag.withDescription("Go on with what happens from now on, until interrupted; needs NATS"),
      Flag.withDefault(false),
    ),
    since: Flag.String("since").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("From this time on: 2026-01-31T12:00:00Z, or so long ago: 90s, 10m, 2h, 1d"),
      Flag.optional,
    ),
    run: Flag.String("run").pipe(
      Flag.withMetavar("RUN"),
      Flag.withDescription("Those of one run alone, by its id"),
      Flag.optional,
    ),
    durable: Flag.String("durable").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("Go on where the subscriber of this name stopped; needs NATS"),
      Flag.optional,
    ),
  },
  Effect.fn(function* ({ follow, since, run, durable }) {
    const flags = yield* root
    const from = Option.isSome(since) ? yield* timeOf(since.value) : undefined
    const query = {
      follow,
      ...(from === undefined ? {} : { since: from }),
      ...(Option.isSome(run) ? { run: run.value } : {}),
      ...(Option.isSome(durable) ? { durable: durable.value } : {}),
    }
    const { EventSource } = yield* Effect.promise(() => import("../services/events/EventSource.ts"))
    const print = EventSource.use((source) =>
      Stream.runForEach(source.events(query), ({ event, handled }) =>
        Effect.andThen(Console.log(flags.json ? JSON.stringify(event) : eventLine(event)), Effect.sync(handled)),
      ),
    )
    yield* withEvents(flags, { follow }, print)
  }),
).pipe(
  Command.withDescription("Print what happened: in the whole fleet over NATS, else in the runs of the state directory"),
)

const timeOf = Effect.fnUntraced(function* (text: string): Effect.fn.Return<string, InputError> {
  const agoMs = parseDuration(text)
  if (agoMs !== null) return new Date((yield* Clock.currentTimeMillis) - agoMs).toISOString()
  const time = isoTime(text)
  if (time !== null) return time
  const message = `--since "${text}": expected a time such as 2026-01-31T12:00:00Z, or how long ago such as 10m`
  return yield* wrongInput(message)
})
