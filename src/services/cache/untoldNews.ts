import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"

/** What others are to be told, and are told again until they were. Of each key only the latest counts. */
export interface UntoldNews<A> {
  /** Tells of it now. Where that fails or is interrupted it is told again later, unless something newer was told. */
  readonly telling: <B, E, R>(about: A, tell: Effect.Effect<B, E, R>) => Effect.Effect<B, E, R>
  /** Tells again and again, by means of `telling`, what could not be told, until the scope closes. */
  readonly tellAgain: (tell: (about: A) => Effect.Effect<void>) => Effect.Effect<void, never, Scope.Scope>
}

/** A cluster that lost a member has another leader after four to ten seconds, as a rule; until then little is asked of it. */
const firstRest = "500 millis"
const rests = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("5 seconds")]).pipe(Schedule.jittered)

export const untoldNews = <A>(keyOf: (about: A) => string): UntoldNews<A> => {
  const untold = new Map<string, { readonly about: A }>()
  const some = Latch.makeUnsafe(false)

  const round = (tell: (about: A) => Effect.Effect<void>) =>
    Effect.suspend(() =>
      Effect.forEach([...untold.values()], ({ about }) => Effect.catchCauseIf(tell(about), isBug, said), {
        discard: true,
      }),
    )

  return {
    telling: (about, tell) =>
      Effect.suspend(() => {
        const key = keyOf(about)
        const note = { about }
        untold.set(key, note)
        some.openUnsafe()
        return Effect.tap(tell, () =>
          Effect.sync(() => {
            if (untold.get(key) === note) untold.delete(key)
            if (untold.size === 0) some.closeUnsafe()
          }),
        )
      }),
    tellAgain: (tell) =>
      some.await.pipe(
        Effect.andThen(Effect.sleep(firstRest)),
        Effect.andThen(Effect.repeat(round(tell), { schedule: rests, while: () => untold.size > 0 })),
        Effect.forever,
        Effect.forkScoped,
        Effect.asVoid,
      ),
  }
}

/** Not that the scope closes. */
const isBug = (cause: Cause.Cause<never>): boolean => !Cause.hasInterruptsOnly(cause)

const said = (cause: Cause.Cause<never>): Effect.Effect<void> => Effect.logError("Telling the fleet failed.", cause)
