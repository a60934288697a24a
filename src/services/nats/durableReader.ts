import type { Msg } from "@nats-io/transport-node"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { EventSourceError } from "../events/EventSource.ts"
import { type DurableReading, ensureDurable, silenceMs } from "./ensureDurable.ts"
import { ensureStream } from "./ensureStreams.ts"
import { eventsSpec } from "./eventsSpec.ts"
import { Nats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { type Pull, pullMessage } from "./pullMessage.ts"
import { sentence } from "./sentence.ts"

/** Reads where a subscriber of the same name stopped, one message at a time: the next one only when this one is dealt with. */
export interface DurableReader {
  readonly next: Effect.Effect<TakenMessage>
  /** Null where nothing comes within a second. */
  readonly nextOrNull: Effect.Effect<TakenMessage | null>
  /** Gives back what was not dealt with, and takes nothing more. Owed by whoever made it. */
  readonly leave: Effect.Effect<void>
}

export interface TakenMessage {
  readonly message: Msg
  readonly handled: () => void
}

/** A message that the server waits for. */
interface Held extends TakenMessage {
  readonly dealtWith: Deferred.Deferred<void>
  isTaken: boolean
}

/** How long one question is open, and whoever leaves while it waits may have to wait. */
const patienceMs = 1000

/** How long an answer may be on its way. */
const wayMs = 1000

export const durableReader = (
  reading: DurableReading,
): Effect.Effect<DurableReader, EventSourceError, Nats | Scope.Scope> =>
  Effect.gen(function* () {
    const { name } = reading
    if (!/^[\w-]{1,200}$/.test(name)) {
      return yield* new EventSourceError({ message: `durable "${name}": expected letters, digits, "_" and "-" only` })
    }
    const nats = yield* Nats
    const what = `reading events as ${name}`
    let held: Held | null = null
    let open: Pull | null = null
    let isThere = false
    let isLeft = false
    let pauseMs = 0
    let said = ""

    const arrived = (message: Msg) => {
      // Of a question that was given up while NATS was away.
      if (held !== null || isLeft) return say(message, "-NAK")
      const dealtWith = Deferred.makeUnsafe<void>()
      const own: Held = {
        message,
        dealtWith,
        isTaken: false,
        handled: () => {
          if (held !== own) return
          held = null
          say(message, "+ACK")
          Deferred.doneUnsafe(dealtWith, Exit.void)
        },
      }
      held = own
    }
    const current = (): Held | null => held

    const prepare = Effect.gen(function* () {
      yield* nats.connected
      if (isThere) return
      yield* Effect.provideService(ensureStream(eventsSpec(nats.settings)), Nats, nats)
      yield* nats.use(`subscribing as ${name}`, (connected) => ensureDurable(connected, reading))
      isThere = true
    })
    const giveUp = Effect.suspend(() => {
      const pull = open
      if (pull === null) return Effect.void
      return Effect.tryPromise(pull.giveUp).pipe(
        Effect.timeoutOption(patienceMs + wayMs),
        Effect.ignore,
        Effect.ensuring(
          Effect.sync(() => {
            pull.close()
            if (open === pull) open = null
          }),
        ),
      )
    })
    const unanswered = Effect.suspend(() => {
      open?.close()
      return Effect.fail(new NatsError({ reason: "away", message: `${what}: the server does not answer` }))
    })
    const ask = nats
      .use(what, (connected) => {
        open = pullMessage(connected, { consumer: name, expiresMs: patienceMs, arrived })
        return open.answered
      })
      .pipe(Effect.timeoutOrElse({ duration: patienceMs + wayMs, orElse: () => unanswered }), Effect.ensuring(giveUp))
    const again = (error: NatsError) =>
      Effect.gen(function* () {
        isThere = false
        if (error.reason !== "away" && said !== error.message) yield* Effect.logWarning(sentence(error.message))
        said = error.message
        yield* Effect.sleep(pauseMs)
        pauseMs = Math.min(5000, Math.max(50, 2 * pauseMs))
        return null
      })
    const attempt = Effect.gen(function* () {
      const before = current()
      if (before?.isTaken === true) yield* Deferred.await(before.dealtWith)
      if (current() === null) yield* Effect.andThen(prepare, ask)
      pauseMs = 0
      const found = current()
      if (found !== null) found.isTaken = true
      return found
    }).pipe(Effect.catch(again))
    const next: DurableReader["next"] = Effect.suspend(() =>
      Effect.flatMap(attempt, (found) => (found === null ? next : Effect.succeed(found))),
    )
    const leave = Effect.andThen(
      giveUp,
      Effect.sync(() => {
        isLeft = true
        if (held !== null) say(held.message, "-NAK")
        held = null
      }),
    )

    // Whoever takes long over a message still has it.
    yield* Effect.sync(() => {
      if (held !== null) say(held.message, "+WPI")
    }).pipe(Effect.delay(silenceMs / 3), Effect.forever, Effect.forkScoped)

    return { next, nextOrNull: attempt, leave }
  })

/** Where the connection is gone for good it is not said, and the message is given to somebody again. */
const say = (message: Msg, word: "+ACK" | "-NAK" | "+WPI"): void => {
  try {
    message.respond(word)
  } catch {}
}
