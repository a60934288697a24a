import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { type Refusal, refused } from "../refused.ts"
import type { EventSource, EventSourceError } from "../services/events/EventSource.ts"
import type { Settings } from "../Settings.ts"
import { arrived } from "./arrived.ts"
import { settingsOf } from "./openTrack.ts"
import type { RootFlags } from "./root.ts"

/** Does something with the events of the fleet, where this command line names one, else with those of its state directory. */
export const withEvents = <A, R>(
  flags: RootFlags,
  { follow }: { readonly follow: boolean },
  effect: Effect.Effect<A, EventSourceError, R | EventSource>,
) =>
  Effect.gen(function* () {
    const { settings } = yield* settingsOf(flags)
    const asked = refused(effect)
    return yield* settings.nats.servers.length > 0 ? overNats(settings, follow, asked) : fromJournal(settings, asked)
  })

const overNats = <A, R>(settings: Settings, follow: boolean, effect: Effect.Effect<A, Refusal, R | EventSource>) =>
  Effect.gen(function* () {
    const { Nats } = yield* Effect.promise(() => import("../services/nats/Nats.ts"))
    const { natsEventSource } = yield* Effect.promise(() => import("../services/nats/natsEventSource.ts"))
    const ready = follow ? Effect.void : Nats.use(arrived)
    const whole = Effect.andThen(ready, effect).pipe(
      Effect.provide(Layer.provideMerge(natsEventSource, Nats.layer(settings.nats, "doubletrack events"))),
    )
    // What is wrong is said once, at the end.
    return yield* follow ? whole : Effect.provideService(whole, References.MinimumLogLevel, "Error")
  })

const fromJournal = <A, R>(settings: Settings, effect: Effect.Effect<A, Refusal, R | EventSource>) =>
  Effect.gen(function* () {
    const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
    const { journalLayer } = yield* Effect.promise(() => import("../services/journal/journalLayer.ts"))
    const { journaledEvents } = yield* Effect.promise(() => import("../services/events/journaledEvents.ts"))
    const { EventSource: source } = yield* Effect.promise(() => import("../services/events/EventSource.ts"))
    const journal = journalLayer(settings.journal).pipe(Layer.provide(Store.layer(settings.state)))
    return yield* effect.pipe(Effect.provide(source.layerKept(journaledEvents).pipe(Layer.provide(journal))))
  })
