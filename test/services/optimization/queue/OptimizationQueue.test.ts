import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { leaseMs } from "../../../../src/services/optimization/queue/OptimizationQueue.ts"
import type {
  AttemptOutcome,
  ClaimedOptimization,
  RequestReason,
} from "../../../../src/services/optimization/queue/QueuedOptimization.ts"
import { atStandstill, hourMs, type Queue, queueIn, stateDirectory, wanted } from "./aQueue.ts"

const failed: AttemptOutcome = { status: "failed", message: "the model was down" }
const adopted: AttemptOutcome = { status: "adopted", message: "quality +0.1", programId: "prog-1" }

/** Takes what waits and ends it so. */
const attempt = Effect.fnUntraced(function* (queue: Queue, outcome: AttemptOutcome) {
  const claim = yield* queue.take()
  return claim !== null && (yield* queue.done(claim, outcome))
})

describe("a request", () => {
  test("is new once, until it is carried out", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())

        const results = [yield* queue.request(wanted()), yield* queue.request(wanted())]
        yield* queue.take()
        results.push(yield* queue.request(wanted()))

        expect(results).toEqual(["new", "already_queued", "already_queued"])
        expect(yield* queue.list).toHaveLength(1)
      }),
    ))

  test("is one of its own for each step and each signature", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())

        for (const other of [{}, { step: "route" }, { workflow: { name: "others" } }, { signatureHash: "def" }])
          expect(yield* queue.request(wanted(other))).toBe("new")
      }),
    ))

  test("of ten at once from two processes is new for one of them", () =>
    atStandstill(
      Effect.gen(function* () {
        const directory = stateDirectory()
        const queues = [yield* queueIn(directory), yield* queueIn(directory)]

        const results = yield* Effect.forEach(
          Array.from({ length: 10 }, (_, index) => queues[index % 2]!),
          (queue) => queue.request(wanted()),
          { concurrency: "unbounded" },
        )

        expect(results.filter((result) => result === "new")).toHaveLength(1)
      }),
    ))

  test("keeps the strongest reason", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())

        for (const why of ["no_program", "drift", "fallback"] as const) yield* queue.request(wanted({ why }))

        expect(yield* queue.list).toMatchObject([{ why: "drift" }])
      }),
    ))

  test("wakes who listens in this process, though it came before they waited", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        const requests = yield* queue.requests

        yield* queue.request(wanted())

        yield* PubSub.take(requests)
      }),
    ))
})

describe("a claim", () => {
  test("is given for what waits longest, and for nothing twice", () =>
    atStandstill(
      Effect.gen(function* () {
        const directory = stateDirectory()
        const [one, other] = [yield* queueIn(directory), yield* queueIn(directory)]
        for (const step of ["z", "a"]) {
          yield* one.request(wanted({ step }))
          yield* TestClock.adjust(1)
        }

        const taken = [yield* one.take(), yield* other.take(), yield* one.take()]

        expect(taken.map((claim) => claim?.step)).toEqual(["z", "a", undefined])
      }),
    ))

  test("can be taken over when its lease has run out, and not before", () =>
    atStandstill(
      Effect.gen(function* () {
        const directory = stateDirectory()
        const [one, other] = [yield* queueIn(directory), yield* queueIn(directory)]
        yield* one.request(wanted())
        yield* one.take()

        yield* TestClock.adjust(leaseMs - 1)
        const early = yield* other.take()
        yield* TestClock.adjust(1)
        const late = yield* other.take()

        expect(early).toBeNull()
        expect(late).toMatchObject({ step: "sort" })
      }),
    ))

  test("holds as long as it is renewed", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* queue.request(wanted())
        const claim = (yield* queue.take())!

        for (let times = 0; times < 5; times += 1) {
          yield* TestClock.adjust(leaseMs / 2)
          expect(yield* queue.renew(claim)).toBe(true)
          expect(yield* queue.take()).toBeNull()
        }
      }),
    ))

  test("that went to another owner can do nothing more", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* queue.request(wanted())
        const lost = (yield* queue.take())!
        yield* TestClock.adjust(leaseMs)
        const claim = (yield* queue.take())!

        expect(yield* queue.renew(lost)).toBe(false)
        expect(yield* queue.done(lost, failed)).toBe(false)
        yield* queue.release(lost)

        expect(yield* queue.list).toMatchObject([{ state: claim.state }])
        expect(yield* queue.done(claim, adopted)).toBe(true)
      }),
    ))

  test("that is released can be taken at once", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* queue.request(wanted())

        yield* queue.release((yield* queue.take())!)

        expect(yield* queue.take()).not.toBeNull()
      }),
    ))

  test("that three owners did not survive is given up", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* queue.request(wanted())

        for (let times = 0; times < 3; times += 1) {
          expect(yield* queue.take()).not.toBeNull()
          yield* TestClock.adjust(leaseMs)
        }

        expect(yield* queue.take()).toBeNull()
        expect(yield* queue.list).toMatchObject([
          { state: { _tag: "Done" }, last: { status: "failed", message: expect.stringContaining("gone 3 times") } },
        ])
        expect(yield* queue.request(wanted())).toBe("backing_off")
      }),
    ))

  test("has at most one owner at a time, whatever happens", async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ what: fc.constant("take"), by: fc.nat(1) }) },
      { weight: 3, arbitrary: fc.record({ what: fc.constantFrom("renew", "release", "done"), by: fc.nat(7) }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constant("request"), by: fc.nat(1) }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constant("wait"), by: fc.integer({ min: 1, max: 15 }) }) },
    )

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) =>
        atStandstill(
          Effect.gen(function* () {
            const directory = stateDirectory()
            const queues = [yield* queueIn(directory), yield* queueIn(directory)]
            const claims: Array<ClaimedOptimization> = []
            let owner: { readonly claim: ClaimedOptimization; untilMs: number } | null = null
            let nowMs = 0
            for (const { what, by } of steps) {
              const queue = queues[by % 2]!
              const claim = claims.at(-1 - (by % Math.max(1, claims.length)))
              if (what === "wait") {
                yield* TestClock.adjust(by * 60_000)
                nowMs += by * 60_000
              } else if (what === "request") yield* queue.request(wanted({ why: "scheduled" }))
              else if (what === "take") {
                const taken = yield* queue.take()
                if (taken === null) continue
                expect(owner === null || owner.untilMs <= nowMs).toBe(true)
                owner = { claim: taken, untilMs: nowMs + leaseMs }
                claims.push(taken)
              } else if (claim !== undefined) {
                const isOwner: boolean = owner?.claim === claim
                if (what === "renew") {
                  expect(yield* queue.renew(claim)).toBe(isOwner)
                  if (isOwner) owner = { claim, untilMs: nowMs + leaseMs }
                } else if (what === "release") {
                  yield* queue.release(claim)
                  if (isOwner) owner = null
                } else {
                  expect(yield* queue.done(claim, adopted)).toBe(isOwner)
                  if (isOwner) owner = null
                }
              }
            }
          }),
        ),
      ),
      { numRuns: 60 },
    )
  })
})

describe("after an attempt that led nowhere", () => {
  const again = (queue: Queue, why: RequestReason = "no_program") => queue.request(wanted({ why }))

  test("the same is not tried again for an hour, then two, and so on up to a day", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* again(queue)

        for (const hours of [1, 2, 4, 8, 16, 24, 24]) {
          yield* attempt(queue, failed)
          yield* TestClock.adjust(hours * hourMs - 1)
          expect(yield* again(queue)).toBe("backing_off")
          yield* TestClock.adjust(1)
          expect(yield* again(queue)).toBe("new")
        }
      }),
    ))

  test.each(["drift", "new_data"] as const)("%s is a reason to try at once, but not twice", (why) =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* again(queue)
        yield* attempt(queue, { status: "rejected", message: "no better" })

        expect(yield* again(queue, "error_rate")).toBe("backing_off")
        expect(yield* again(queue, why)).toBe("new")
        yield* attempt(queue, failed)
        expect(yield* again(queue, why)).toBe("backing_off")
      }),
    ),
  )

  test("an adoption starts over", () =>
    atStandstill(
      Effect.gen(function* () {
        const queue = yield* queueIn(stateDirectory())
        yield* again(queue)
        yield* attempt(queue, failed)
        yield* again(queue, "drift")
        yield* attempt(queue, adopted)

        expect(yield* queue.list).toMatchObject([{ fruitless: 0, last: { status: "adopted", programId: "prog-1" } }])
        expect(yield* again(queue, "scheduled")).toBe("new")
      }),
    ))
})

test("after an adoption, steps that fall back all the same do not compile again and again", () =>
  atStandstill(
    Effect.gen(function* () {
      const queue = yield* queueIn(stateDirectory())
      yield* queue.request(wanted({ why: "fallback" }))
      yield* attempt(queue, adopted)

      expect(yield* queue.request(wanted({ why: "fallback" }))).toBe("backing_off")
      yield* TestClock.adjust(hourMs)
      expect(yield* queue.request(wanted({ why: "fallback" }))).toBe("new")
    }),
  ))

test("an entry that was damaged hides no other one, and is written anew when it is asked for", () =>
  atStandstill(
    Effect.gen(function* () {
      const directory = stateDirectory()
      const queue = yield* queueIn(directory)
      yield* queue.request(wanted())
      yield* queue.request(wanted({ step: "route" }))
      const database = new DatabaseSync(join(directory, "doubletrack.db"))
      database.exec(`update entries set value = '{}' where value like '%"sort"%'`)
      database.close()

      expect((yield* queue.list).map(({ step }) => step)).toEqual(["route"])
      expect(yield* queue.take()).toMatchObject({ step: "route" })
      expect(yield* queue.request(wanted())).toBe("new")
      expect(yield* queue.take()).toMatchObject({ step: "sort" })
    }),
  ))
