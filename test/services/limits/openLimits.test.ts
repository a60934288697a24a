import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import { aFleetInMemory } from "./aFleetInMemory.ts"
import { aModel, aProcess, model, whileTimePasses } from "./someCalls.ts"

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)

/** With time that stands still, and random numbers that follow from the seed. */
const runSeeded = <A, E>(seed: number, effect: Effect.Effect<A, E, Scope.Scope>) =>
  Effect.runPromise(effect.pipe(Effect.scoped, Random.withSeed(seed), Effect.provide(TestClock.layer())))

/** The most that began in a window of this length. */
const mostWithin = (windowMs: number, begun: ReadonlyArray<{ readonly atMs: number }>) =>
  Math.max(...begun.map(({ atMs: from }) => begun.filter(({ atMs }) => atMs >= from && atMs < from + windowMs).length))

describe("a model that takes some requests at a time", () => {
  it("never gets more, whichever fail, are given up or take long, from however many processes", async () => {
    const call = fc.record({
      process: fc.nat(2),
      atMs: fc.nat(200),
      lastsMs: fc.nat(300),
      end: fc.constantFrom("answer", "answer", "failure"),
      givesUpMs: fc.option(fc.nat(400), { freq: 4 }),
    })
    const given = fc.record({
      seed: fc.nat(),
      concurrent: fc.integer({ min: 1, max: 4 }),
      calls: fc.array(call, { minLength: 1, maxLength: 25 }),
    })
    await fc.assert(
      fc.asyncProperty(given, fc.boolean(), ({ seed, concurrent, calls }, isFleet) =>
        runSeeded(
          seed,
          Effect.gen(function* () {
            const shared = aFleetInMemory({ longestMs: 20 })
            const open = aProcess({ [model]: { concurrent } }, isFleet ? shared.fleet : undefined)
            const processes = isFleet ? yield* Effect.all([open, open, open]) : [yield* open]
            const asked = aModel()

            const made = calls.map(({ process, atMs, lastsMs, end, givesUpMs }) => {
              const request = end === "answer" ? Effect.sleep(lastsMs) : Effect.delay(Effect.fail("no"), lastsMs)
              const passing = processes[process % processes.length]!.pass(asked.request("", request))
              const patient = givesUpMs === null ? passing : Effect.timeoutOption(passing, givesUpMs)
              return Effect.delay(Effect.exit(patient), atMs)
            })
            yield* whileTimePasses(Effect.all(made, { concurrency: "unbounded" }))
            yield* TestClock.adjust("100 millis")

            expect(asked.most()).toBeLessThanOrEqual(concurrent)
            expect(asked.underWay()).toBe(0)
            // What is left over by whoever gave up runs out.
            yield* whileTimePasses(
              processes[0]!.pass(() => Effect.void),
              { atMostMs: 60_000 },
            )
          }),
        ),
      ),
      { numRuns: 60 },
    )
  })

  it.effect("gets as many as it takes, and the others in the order in which they came", () =>
    Effect.gen(function* () {
      const limit = yield* aProcess({ [model]: { concurrent: 2 } })
      const asked = aModel()

      yield* whileTimePasses(
        Effect.forEach(numbers(6), (number) => limit.pass(asked.request(`${number}`, Effect.sleep(100))), {
          concurrency: "unbounded",
        }),
      )

      expect(asked.begun).toEqual(
        numbers(6).map((number) => {
          const atMs = 100 * Math.floor(number / 2)
          return { name: `${number}`, atMs, waitedMs: atMs }
        }),
      )
    }),
  )

  it.effect("is free again for the fleet when a request ends, fails or is given up", () =>
    Effect.gen(function* () {
      const shared = aFleetInMemory()
      const [one, other] = yield* Effect.all([
        aProcess({ [model]: { concurrent: 1 } }, shared.fleet),
        aProcess({ [model]: { concurrent: 1 } }, shared.fleet),
      ])

      const ends = [Effect.void, Effect.fail("no"), Effect.die("a bug"), Effect.interrupt]
      for (const end of ends) {
        yield* whileTimePasses(Effect.exit(one.pass(() => end)))
        expect(yield* shared.held).toEqual([])
      }
      const waiting = yield* Effect.forkChild(one.pass(() => Effect.never))
      yield* TestClock.adjust("1 second")
      const behind = yield* Effect.forkChild(other.pass(() => Effect.succeed("in")))
      yield* TestClock.adjust("1 minute")
      expect(behind.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(waiting)

      expect(yield* whileTimePasses(Fiber.join(behind))).toBe("in")
    }),
  )

  it.effect("is free again at once where a call is given up while the fleet is asked", () =>
    Effect.gen(function* () {
      const shared = aFleetInMemory({ longestMs: 50 })
      const limit = yield* aProcess({ [model]: { concurrent: 1 } }, shared.fleet)

      for (const giveUpMs of numbers(150)) {
        yield* whileTimePasses(
          Effect.timeoutOption(
            limit.pass(() => Effect.never),
            giveUpMs,
          ),
          { stepMs: 1 },
        )
        yield* TestClock.adjust("200 millis")

        expect(yield* shared.held).toEqual([])
      }
    }),
  )

  it.effect("is not kept from one process by another that asks all the time", () =>
    Effect.gen(function* () {
      const shared = aFleetInMemory({ longestMs: 3 })
      const open = aProcess({ [model]: { concurrent: 2 } }, shared.fleet)
      const [busy, modest] = yield* Effect.all([open, open])
      const asked = aModel()

      const many = yield* Effect.forkChild(
        Effect.forEach(numbers(200), (number) => busy.pass(asked.request(`${number}`, Effect.sleep(500))), {
          concurrency: "unbounded",
        }),
      )
      yield* TestClock.adjust("1 second")
      for (const _ of numbers(5)) {
        yield* whileTimePasses(modest.pass(asked.request("modest", Effect.sleep(500))), { atMostMs: 1500 })
      }

      expect(many.pollUnsafe()).toBeUndefined()
      yield* whileTimePasses(Fiber.interrupt(many))
    }),
  )

  it.effect("is asked for by one of those that wait, however many there are", () =>
    Effect.gen(function* () {
      const shared = aFleetInMemory()
      const [holder, asker] = yield* Effect.all([
        aProcess({ [model]: { concurrent: 1 } }, shared.fleet),
        aProcess({ [model]: { concurrent: 100 } }, shared.fleet),
      ])
      const requestsOf = Effect.fnUntraced(function* (count: number) {
        const waiting = yield* Effect.forkChild(
          Effect.forEach(numbers(count), () => asker.pass(() => Effect.never), { concurrency: "unbounded" }),
        )
        yield* TestClock.adjust("1 second")
        const before = shared.requests()
        yield* TestClock.adjust("10 seconds")
        const made = shared.requests() - before
        yield* Fiber.interrupt(waiting)
        return made
      })
      // All but the turn are free; whoever has that, looks for a slot.
      yield* Effect.forkChild(holder.pass(() => Effect.never))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const leases = shared.fleet.leases({ space: "CALL_SLOTS", holdMs: 60_000 })
          yield* leases!.acquire("model/local=2fllama/turn")

          const [few, many] = [yield* requestsOf(1), yield* requestsOf(50)]

          expect(few).toBeGreaterThan(50)
          expect(many).toBeLessThan(1.5 * few)
        }),
      )
    }),
  )
})

describe("a model that takes some requests a minute", () => {
  it("never gets more than the rate and the burst, from however many processes, in whatever order", async () => {
    const given = fc.record({
      seed: fc.nat(),
      perMinute: fc.constantFrom(30, 120, 600),
      calls: fc.array(fc.record({ process: fc.nat(2), atMs: fc.nat(5000) }), { minLength: 1, maxLength: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(given, fc.boolean(), ({ seed, perMinute, calls }, isFleet) =>
        runSeeded(
          seed,
          Effect.gen(function* () {
            const shared = aFleetInMemory({ longestMs: 10 })
            const open = aProcess({ [model]: { perMinute } }, isFleet ? shared.fleet : undefined)
            const processes = isFleet ? yield* Effect.all([open, open, open]) : [yield* open]
            const asked = aModel()

            const made = calls.map(({ process, atMs }) =>
              Effect.delay(processes[process % processes.length]!.pass(asked.request("", Effect.sleep(10))), atMs),
            )
            yield* whileTimePasses(Effect.all(made, { concurrency: "unbounded" }), { stepMs: 1000 })

            expect(asked.begun).toHaveLength(calls.length)
            const burst = Math.max(1, perMinute / 10)
            for (const windowMs of [1000, 10_000, 60_000]) {
              // The way to the fleet and back may bring two nearer to each other.
              const allowed = ((windowMs + 40) * perMinute) / 60_000 + burst
              expect(mostWithin(windowMs, asked.begun)).toBeLessThanOrEqual(Math.ceil(allowed))
            }
          }),
        ),
      ),
      { numRuns: 300 },
    )
  })

  it.effect("begins one each interval, and says how long each had waited", () =>
    Effect.gen(function* () {
      const limit = yield* aProcess({ [model]: { perMinute: 6 } }, aFleetInMemory().fleet)
      const asked = aModel()

      yield* whileTimePasses(
        Effect.forEach(numbers(4), (number) => limit.pass(asked.request(`${number}`, Effect.void)), {
          concurrency: "unbounded",
        }),
      )

      expect(asked.begun.map(({ atMs, waitedMs }) => [atMs, waitedMs])).toEqual(
        [0, 10_000, 20_000, 30_000].map((ms) => [ms, ms]),
      )
    }),
  )

  it.effect("loses nothing by calls that are given up while they wait", () =>
    Effect.gen(function* () {
      const shared = aFleetInMemory()
      for (const fleet of [undefined, shared.fleet]) {
        const limit = yield* aProcess({ [model]: { perMinute: 6 } }, fleet)
        const asked = aModel()
        const startedAtMs = yield* Clock.currentTimeMillis
        yield* limit.pass(asked.request("first", Effect.void))

        for (const _ of numbers(5))
          yield* whileTimePasses(
            Effect.timeoutOption(
              limit.pass(() => Effect.void),
              1000,
            ),
          )
        yield* whileTimePasses(limit.pass(asked.request("second", Effect.void)))

        expect(asked.begun.map(({ atMs }) => atMs - startedAtMs)).toEqual([0, 10_000])
        yield* TestClock.adjust("1 minute")
      }
    }),
  )
})

describe("a process whose fleet is away", () => {
  const given = Effect.gen(function* () {
    const said: Array<string> = []
    const logger = Logger.layer([Logger.make(({ message }) => void said.push(String(message)))])
    const shared = aFleetInMemory()
    const open = aProcess({ [model]: { concurrent: 2, perMinute: 60 } }, shared.fleet)
    const [one, other] = yield* Effect.all([open, open])
    return { said, logger, shared, one, other }
  })

  it.effect(
    "from the start goes on with the limits alone at once, says so once, and is held to the fleet's when it is back",
    () =>
      Effect.gen(function* () {
        const { said, logger, shared, one, other } = yield* given
        const [alone, together] = [aModel(), aModel()]
        const many = (asked: ReturnType<typeof aModel>, limits = [one, other]) =>
          whileTimePasses(
            Effect.forEach(
              numbers(20),
              (number) => limits[number % limits.length]!.pass(asked.request("", Effect.sleep(900))),
              {
                concurrency: "unbounded",
              },
            ),
          )

        shared.setAway(true)
        yield* Effect.provide(many(alone, [one]), logger)
        yield* TestClock.adjust("1 minute")
        shared.setAway(false)
        yield* Effect.provide(many(together), logger)

        expect(alone.begun[0]?.atMs).toBe(0)
        expect(alone.most()).toBe(2)
        expect(mostWithin(10_000, alone.begun)).toBeLessThanOrEqual(16)
        expect(together.most()).toBe(2)
        expect(said).toEqual([
          expect.stringMatching(/^The limits of model calls hold for this process alone\. NATS is away/),
        ])
      }),
  )

  it.each([
    ["its server starts again", "setAway", 19_000],
    ["its cluster chooses a leader, however long the requests last", "setLeaderless", 55_000],
  ] as const)("gets no more than the fleet while %s", async (_, setAway, longestMs) => {
    const call = fc.record({ process: fc.nat(2), atMs: fc.nat(5000), lastsMs: fc.nat(70_000) })
    const given = fc.record({
      seed: fc.nat(),
      awayAtMs: fc.nat(6000),
      awayForMs: fc.nat(longestMs),
      calls: fc.array(call, { minLength: 1, maxLength: 10 }),
    })
    await fc.assert(
      fc.asyncProperty(given, ({ seed, awayAtMs, awayForMs, calls }) =>
        runSeeded(
          seed,
          Effect.gen(function* () {
            const shared = aFleetInMemory({ longestMs: 20 })
            const open = aProcess({ [model]: { concurrent: 2, perMinute: 600 } }, shared.fleet)
            const processes = yield* Effect.all([open, open, open])
            for (const { pass } of processes) yield* whileTimePasses(pass(() => Effect.void))
            const asked = aModel()

            // Each process asks meanwhile: one that notices nothing of a long silence may be faster than who held a slot.
            const meanwhile = processes.map((_, process) => ({ process, atMs: awayAtMs + 100, lastsMs: 0 }))
            const made = [...calls, ...meanwhile].map(({ process, atMs, lastsMs }) =>
              Effect.delay(processes[process]!.pass(asked.request("", Effect.sleep(lastsMs))), atMs),
            )
            const outage = Effect.gen(function* () {
              yield* Effect.sleep(awayAtMs)
              shared[setAway](true)
              yield* Effect.sleep(awayForMs)
              shared[setAway](false)
            })
            yield* whileTimePasses(Effect.all([...made, outage], { concurrency: "unbounded" }), {
              stepMs: 5000,
              atMostMs: 1_000_000,
            })

            expect(asked.begun).toHaveLength(made.length)
            expect(asked.most()).toBeLessThanOrEqual(2)
          }),
        ),
      ),
      { numRuns: 15, seed: 1 },
    )
  })

  it.effect("goes on alone where it was waiting for a slot, once it has waited for the fleet", () =>
    Effect.gen(function* () {
      const { logger, shared, one, other } = yield* given
      yield* Effect.forkChild(
        Effect.all([one.pass(() => Effect.never), one.pass(() => Effect.never)], { concurrency: 2 }),
      )
      yield* TestClock.adjust("10 seconds")
      const waiting = yield* Effect.forkChild(
        Effect.provide(
          other.pass(() => Effect.succeed("in")),
          logger,
        ),
      )
      yield* TestClock.adjust("10 seconds")
      expect(waiting.pollUnsafe()).toBeUndefined()

      shared.setAway(true)
      yield* TestClock.adjust("19 seconds")
      expect(waiting.pollUnsafe()).toBeUndefined()

      expect(yield* whileTimePasses(Fiber.join(waiting), { atMostMs: 3000 })).toBe("in")
    }),
  )

  it.effect("waits for a fleet that is there and does not answer once, and not for each question", () =>
    Effect.gen(function* () {
      const silent = aFleetInMemory()
      let asked = 0
      const fleet = {
        ...silent.fleet,
        leases: () => ({
          holdMs: 10_000,
          acquire: () =>
            Effect.suspend(() => {
              asked += 1
              silent.setAway(true)
              return Effect.delay(silent.fleet.leases({ space: "A", holdMs: 1 })!.acquire("a"), 5000)
            }),
        }),
      }
      const limit = yield* aProcess({ [model]: { concurrent: 1 } }, fleet)
      const quiet = Logger.layer([])

      yield* whileTimePasses(
        Effect.provide(
          Effect.forEach(numbers(20), () => limit.pass(() => Effect.sleep(100))),
          quiet,
        ),
        { atMostMs: 25_000 + 20 * 100 },
      )

      expect(asked).toBeGreaterThan(1)
      expect(asked).toBeLessThan(15)
    }),
  )
})

describe("a call that is given up while it waits", () => {
  it.effect("is gone at once, though the fleet does not answer, and is said once for a model", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const logger = Logger.layer([Logger.make(({ message }) => void said.push(String(message)))])
      const shared = aFleetInMemory()
      const leases = () => ({ holdMs: 10_000, acquire: () => Effect.never })
      const limit = yield* aProcess({ [model]: { concurrent: 1 } }, { ...shared.fleet, leases })

      const startedAtMs = yield* Clock.currentTimeMillis
      for (const _ of numbers(3)) {
        const given = Effect.timeoutOption(
          limit.pass(() => Effect.void),
          5000,
        )
        yield* whileTimePasses(Effect.provide(given, logger))
      }

      expect((yield* Clock.currentTimeMillis) - startedAtMs).toBeLessThanOrEqual(15_000 + 3 * 10)
      expect(said).toEqual([
        "local/llama: a call was given up that had waited 5 s for its turn. Raise the model's entry under `limits`, or the deadline of the step.",
      ])
    }),
  )
})
