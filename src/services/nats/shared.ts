import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { CacheError } from "../cache/CacheTier.ts"
import type { Nats, OpenNats } from "./Nats.ts"
import { NatsError } from "./NatsError.ts"
import { natsErrorOf } from "./natsErrorOf.ts"

/** Something that lies on the server, opened for each connection once. */
export interface Shared<Thing> {
  /** Work on it; whatever goes wrong is a failure of the distributed tier. */
  readonly use: <A>(what: string, work: (thing: Thing, nats: OpenNats) => Promise<A>) => Effect.Effect<A, CacheError>
}

/** `open` makes it where it is not there; it is opened anew after each failure, since it may have been lost. */
export const shared = <Thing>(
  nats: Nats["Service"],
  { open, patienceMs = 2000 }: { readonly open: Effect.Effect<Thing, NatsError>; readonly patienceMs?: number },
): Shared<Thing> => {
  let opened: { readonly nats: OpenNats; readonly thing: Thing } | null = null

  const close = Effect.sync(() => {
    opened = null
  })
  const thingFor = Effect.fnUntraced(function* (now: OpenNats) {
    if (opened?.nats === now) return opened.thing
    const thing = yield* open
    opened = { nats: now, thing }
    return thing
  })

  const attempt = <A>(what: string, work: (thing: Thing, nats: OpenNats) => Promise<A>, now: OpenNats) =>
    Effect.flatMap(thingFor(now), (thing) =>
      Effect.tryPromise({
        try: () => work(thing, now),
        catch: (cause) => natsErrorOf(cause, what, now.connection.getServer()),
      }).pipe(
        Effect.tapError(() => close),
        Effect.retry({ schedule: makingTakes, while: ({ reason }) => mayBeBeingMade.has(reason) }),
      ),
    )

  /** A request that was on its way when the connection broke gets no answer any more. */
  const cutOff = (what: string): Effect.Effect<never, NatsError> =>
    nats.statusChanges.pipe(
      Stream.filter(({ _tag }) => _tag !== "Connected"),
      Stream.runHead,
      Effect.delay("50 millis"),
      Effect.andThen(close),
      Effect.andThen(Effect.fail(new NatsError({ reason: "away", message: `${what}: the connection was lost` }))),
    )

  return {
    use: (what, work) =>
      nats
        .use(what, async (now) => now)
        .pipe(
          Effect.flatMap((now) =>
            attempt(what, work, now).pipe(
              Effect.catchIf(
                ({ reason }) => mayBeLost.has(reason),
                () => attempt(what, work, now),
              ),
              Effect.raceFirst(cutOff(what)),
            ),
          ),
          Effect.timeoutOrElse({
            duration: patienceMs,
            orElse: () => Effect.andThen(close, Effect.fail(silent(what))),
          }),
          Effect.mapError(cacheErrorOf),
        ),
  }
}

/** A stream that another node is making is known before it answers. */
const mayBeBeingMade: ReadonlySet<NatsError["reason"]> = new Set(["unsupported", "missing"])
const makingTakes = Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 20 }))

/** What asking something says that is not there any more; it is made anew then. */
const mayBeLost: ReadonlySet<NatsError["reason"]> = new Set(["missing", "unsupported", "failed"])

/** Whether a put came too late. */
export const isConflict = (cause: unknown): boolean => natsErrorOf(cause, "", "").reason === "conflict"

/** Nobody has answered. */
export const silent = (what: string) => new NatsError({ reason: "away", message: `${what}: no answer in time` })

/** What it means to the distributed tier. */
export const cacheErrorOf = ({ reason, message }: NatsError): CacheError =>
  new CacheError({
    reason: reason === "full" || reason === "away" ? reason : "unavailable",
    tier: "distributed",
    message,
  })
