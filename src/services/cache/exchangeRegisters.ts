import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { CacheError } from "./CacheTier.ts"
import type { Registers } from "./Fleet.ts"
import type { KnownRegisters } from "./keptRegisters.ts"
import { addsNothing, registerFrom, type RegisterKind } from "./RegisterKind.ts"
import { untoldNews } from "./untoldNews.ts"
import { warnOnce } from "./warnOnce.ts"

export interface ExchangeOptions<A> {
  /** Null: there is nobody to tell. */
  readonly registers: Registers | null
  readonly kind: RegisterKind<A>
  /** What keys begin with in the fleet; default: nothing. */
  readonly prefix?: string
  /** What is known here and the fleet is to know. */
  readonly known: KnownRegisters<A>
  /** Told of what others know. */
  readonly heard: (register: A) => Effect.Effect<void>
  /** Told of what the fleet knows once it was told something; default: `heard`. */
  readonly agreed?: (register: A) => Effect.Effect<void>
  /** Brings what others need to do what a register says, before they are told of it. */
  readonly prepare?: (register: A) => Effect.Effect<void, { readonly message: string }>
}

export interface Exchange<A> {
  /**
   * Carries out here what was decided, and tells the fleet; what is not told, whyever, is told again until it is. `onto`
   * says what becomes of what the fleet knew before it; default: both are joined.
   */
  readonly tell: <E>(decided: Effect.Effect<A, E>, onto?: (there: A, decided: A) => A) => Effect.Effect<A, E>
}

/**
 * Keeps what this node knows and what the fleet knows the same, until the scope closes: hears what others decide, tells
 * what is decided here, and, whenever all was heard, what the fleet does not know or has lost. Of what is damaged in the
 * fleet nobody is told; it is said on the log, and written anew by whoever knows better.
 */
export const exchangeRegisters = <A>({
  registers,
  kind,
  prefix = "",
  known,
  heard,
  agreed = heard,
  prepare = () => Effect.void,
}: ExchangeOptions<A>): Effect.Effect<Exchange<A>, never, Scope.Scope> =>
  Effect.gen(function* () {
    if (registers === null) return { tell: Effect.uninterruptible }
    const untold = untoldNews(kind.keyOf)
    const warn = warnOnce()
    const later = warn(`The fleet is not told of ${kind.what} now; it is told again until it knows.`, undefined)

    const from = (key: string, text: string | null | undefined): A | null =>
      typeof text === "string" && key.startsWith(prefix) ? registerFrom(kind, key.slice(prefix.length), text) : null
    const exchange = Effect.fnUntraced(function* (own: A, onto: (there: A, own: A) => A) {
      const key = prefix + kind.keyOf(own)
      yield* prepare(own)
      const text = yield* registers.update(key, (held) => {
        const there = from(key, held)
        if (there === null) return kind.encode(own)
        const next = kind.encode(onto(there, own))
        return next === kind.encode(there) ? null : next
      })
      const together = from(key, text)
      if (together !== null) yield* agreed(together)
    })
    const publish = (own: A) => untold.telling(own, exchange(own, kind.join)).pipe(later)

    const isNewTo = (all: ReadonlyMap<string, string>) => (own: A) => {
      const key = prefix + kind.keyOf(own)
      const there = from(key, all.get(key))
      return there === null || !addsNothing(kind, there, own)
    }
    yield* registers.follow({
      told: (key, text) =>
        Effect.suspend(() => {
          const register = from(key, text)
          return register === null ? Effect.fail(notUnderstood) : heard(register)
        }).pipe(warn(`What the fleet holds of ${kind.what} under "${key}" is left out.`, undefined)),
      caughtUp: (all) =>
        Effect.flatMap(known.all, (own) => Effect.forEach(own.filter(isNewTo(all)), publish, { discard: true })),
    })
    yield* untold.tellAgain((own) => Effect.flatMap(known.at(kind.keyOf(own)), (latest) => publish(latest ?? own)))

    return {
      tell: <E>(decided: Effect.Effect<A, E>, onto: (there: A, decided: A) => A = kind.join) =>
        // What holds here is on its way to the fleet, whatever interrupts who decided it.
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            const own = yield* decided
            yield* untold.telling(own, restore(Effect.andThen(registers.ready, exchange(own, onto)))).pipe(later)
            return own
          }),
        ),
    }
  })

const notUnderstood = new CacheError({
  reason: "damaged",
  tier: "distributed",
  message: "It cannot be understood. A node that knows better writes it anew, or whoever decides it again.",
})
