import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/** Work that several want at the same time and that is done once; interrupting one who waits leaves it to the others. */
export const singleFlight = <A>() => {
  const underWay = new Map<string, Deferred.Deferred<A>>()
  return {
    run: (key: string, work: Effect.Effect<A>): Effect.Effect<A> =>
      Effect.suspend(() => {
        const started = underWay.get(key)
        if (started !== undefined) return Deferred.await(started)
        const done = Deferred.makeUnsafe<A>()
        underWay.set(key, done)
        const flight = Effect.onExit(work, (exit) =>
          Effect.sync(() => {
            underWay.delete(key)
            Deferred.doneUnsafe(done, exit)
          }),
        )
        return Effect.andThen(Effect.forkDetach(flight), Deferred.await(done))
      }),
  }
}
