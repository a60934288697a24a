import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { describe, expect, test } from "vitest"
import { untoldNews } from "../../../src/services/cache/untoldNews.ts"

/** News in the hand of a test: those who are to be told refuse for as long as `refusing` says. */
const withNews = <A>(
  work: (given: {
    readonly tell: (key: string, what?: Effect.Effect<void, string>) => Effect.Effect<void>
    readonly attempts: Array<string>
    readonly refuse: (yes: boolean) => void
    readonly close: Effect.Effect<void>
  }) => Effect.Effect<A>,
): Promise<A> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const attempts: Array<string> = []
      let refusing = true
      const news = untoldNews<string>((key) => key)
      const take = (key: string) =>
        Effect.suspend(() => {
          attempts.push(key)
          return refusing ? Effect.fail("not now") : Effect.void
        })
      const tell = (key: string, what: Effect.Effect<void, string> = take(key)) =>
        Effect.ignore(news.telling(key, what))
      const scope = yield* Scope.make()
      yield* Scope.provide(
        news.tellAgain((key) => (key === "bug" ? Effect.die("a bug") : tell(key))),
        scope,
      )
      const close = Scope.close(scope, Exit.void)
      return yield* Effect.ensuring(work({ tell, attempts, refuse: (yes) => void (refusing = yes), close }), close)
    }).pipe(Effect.provide([TestClock.layer(), Logger.layer([])])),
  )

describe("news that nobody takes", () => {
  test("are told again, ever more rarely, until somebody takes them, and no more then", async () => {
    const counts = await withNews(({ tell, attempts, refuse }) =>
      Effect.gen(function* () {
        yield* tell("a")
        yield* TestClock.adjust("10 seconds")
        const soon = attempts.length
        yield* TestClock.adjust("1 minute")
        const later = attempts.length
        refuse(false)
        yield* TestClock.adjust("15 seconds")
        const taken = attempts.length
        yield* TestClock.adjust("1 hour")
        return { soon, inTheMinute: later - soon, whenTaken: taken - later, afterwards: attempts.length - taken }
      }),
    )

    expect(counts.soon).toBeGreaterThanOrEqual(4)
    expect(counts.inTheMinute).toBeGreaterThanOrEqual(9)
    expect(counts.inTheMinute).toBeLessThanOrEqual(16)
    expect(counts).toMatchObject({ whenTaken: 1, afterwards: 0 })
  })

  test("are told again where telling was interrupted", async () => {
    const attempts = await withNews(({ tell, attempts, refuse }) =>
      Effect.gen(function* () {
        refuse(false)
        const telling = yield* Effect.forkChild(tell("a", Effect.never), { startImmediately: true })
        yield* Fiber.interrupt(telling)
        yield* TestClock.adjust("1 second")
        return attempts
      }),
    )

    expect(attempts).toEqual(["a"])
  })

  test("stay so where only what was said before them is taken", async () => {
    const attempts = await withNews(({ tell, attempts, refuse }) =>
      Effect.gen(function* () {
        const old = yield* Deferred.make<void>()
        const telling = yield* Effect.forkChild(tell("a", Deferred.await(old)), { startImmediately: true })
        yield* tell("a")
        refuse(false)
        yield* Deferred.succeed(old, undefined)
        yield* Fiber.join(telling)
        yield* TestClock.adjust("1 second")
        return attempts
      }),
    )

    expect(attempts).toEqual(["a", "a"])
  })

  test("are told again though telling of others fails unexpectedly", async () => {
    const attempts = await withNews(({ tell, attempts, refuse }) =>
      Effect.gen(function* () {
        yield* tell("bug", Effect.fail("not now"))
        yield* tell("a")
        yield* TestClock.adjust("1 second")
        refuse(false)
        yield* TestClock.adjust("10 seconds")
        return attempts
      }),
    )

    expect(attempts).toEqual(["a", "a", "a"])
  })

  test("do not hold up closing, not even while they are told, and are not told after it", async () => {
    const after = await withNews(({ tell, attempts, close }) =>
      Effect.gen(function* () {
        yield* tell("a")
        yield* tell("hung", Effect.fail("not now"))
        yield* TestClock.adjust("1 second")
        yield* close
        const before = attempts.length
        yield* TestClock.adjust("1 hour")
        return attempts.slice(before)
      }),
    )

    expect(after).toEqual([])
  })
})
