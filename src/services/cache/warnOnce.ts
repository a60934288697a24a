import * as Effect from "effect/Effect"

/** Goes on without what fails: says each complaint once, and again only after it had worked in between. */
export const warnOnce = () => {
  const said = new Set<string>()
  return <B>(complaint: string, otherwise: B) =>
    <A, E extends { readonly message: string }, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | B, never, R> =>
      effect.pipe(
        Effect.tap(() => Effect.sync(() => said.delete(complaint))),
        Effect.catch(({ message }) =>
          Effect.suspend(() => {
            if (said.has(complaint)) return Effect.succeed(otherwise)
            said.add(complaint)
            return Effect.as(Effect.logWarning(`${complaint} ${message}`), otherwise)
          }),
        ),
      )
}
