import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import type { CallLimit } from "../../../src/services/limits/CallLimits.ts"
import { heldBack } from "../../../src/services/limits/heldBack.ts"
import { waitMeter } from "../../../src/services/limits/waitMeter.ts"
import { CallMeter } from "../../../src/services/models/CallMeter.ts"
import type { ModelAnswer } from "../../../src/services/models/Models.ts"
import { noUsage } from "../../../src/Usage.ts"
import { ask } from "../models/givenModels.ts"
import { whileTimePasses } from "./someCalls.ts"

/** What a call does, one after the other, in ms. */
type Part = { readonly held: number } | { readonly asks: number } | { readonly pauses: number }

const answer: ModelAnswer = { text: "", model: "own/slow", finishReason: "stop", usage: noUsage }

const partOf = (part: Part): Effect.Effect<void> => {
  if ("pauses" in part) return Effect.sleep(part.pauses)
  if ("asks" in part) return Effect.sleep(part.asks)
  const limit: CallLimit = { pass: (work) => Effect.andThen(Effect.sleep(part.held), work(part.held)) }
  return heldBack(limit, () => Effect.void)
}

const call = (...parts: ReadonlyArray<Part>) =>
  Effect.flatMap(CallMeter, (meter) =>
    meter(ask("own/slow", ""), Effect.as(Effect.forEach(parts, partOf, { discard: true }), answer)),
  )

const atOnce = (...works: ReadonlyArray<Effect.Effect<unknown, unknown>>) =>
  Effect.all(works, { concurrency: "unbounded", discard: true })

/** How long work took, and how much of it it waited for limits. */
const measure = Effect.fnUntraced(function* <E>(work: Effect.Effect<unknown, E>) {
  const waiting = waitMeter()
  const startedAtMs = yield* Clock.currentTimeMillis
  const ended = Effect.all([Clock.currentTimeMillis, waiting.waitedMs])
  const [endedAtMs, waitedMs] = yield* whileTimePasses(Effect.andThen(waiting.counted(work), ended), { stepMs: 1 })
  return [endedAtMs - startedAtMs, waitedMs]
})

describe("what work waits for limits", () => {
  it.effect.each<readonly [string, Effect.Effect<unknown, unknown>, number, number]>([
    ["is nothing where nothing holds it back", call({ asks: 50 }), 50, 0],
    ["is what its call waited", call({ held: 30 }, { asks: 50 }), 80, 30],
    [
      "is the sum for calls one after the other",
      Effect.andThen(call({ held: 30 }), call({ held: 5 }, { asks: 9 })),
      44,
      35,
    ],
    [
      "is every time that a call is repeated, without the pause before",
      call({ held: 5 }, { asks: 1 }, { pauses: 7 }, { held: 9 }, { asks: 1 }),
      23,
      14,
    ],
    ["counts once for calls that wait together", atOnce(call({ held: 30 }), call({ held: 20 }, { asks: 1 })), 30, 29],
    [
      "leaves out while another call is with its model",
      atOnce(call({ held: 30 }, { asks: 10 }), call({ asks: 25 })),
      40,
      5,
    ],
    ["leaves out while another call pauses", atOnce(call({ held: 30 }), call({ pauses: 25 })), 30, 5],
    ["leaves out what it does between calls", Effect.andThen(Effect.sleep(40), call({ held: 30 })), 70, 30],
    [
      "ends with a call that is given up",
      Effect.andThen(Effect.timeoutOption(call({ held: 99 }), 20), Effect.sleep(10)),
      30,
      20,
    ],
    ["goes on for the others then", atOnce(Effect.timeoutOption(call({ asks: 99 }), 20), call({ held: 30 })), 30, 10],
  ])("%s", ([, work, tookMs, waitedMs]) =>
    Effect.gen(function* () {
      expect(yield* measure(work)).toEqual([tookMs, waitedMs])
    }),
  )

  it("is never more than what the work would be shorter by without limits, and all of it for one call at a time", async () => {
    const ms = fc.nat(30)
    const part = fc.oneof(fc.record({ held: ms }), fc.record({ asks: ms }), fc.record({ pauses: ms }))
    const calls = fc.array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    const workOf = (branches: ReadonlyArray<ReadonlyArray<ReadonlyArray<Part>>>) =>
      atOnce(...branches.map((calls) => Effect.forEach(calls, (parts) => call(...parts), { discard: true })))
    const isFree = (part: Part) => !("held" in part)

    await fc.assert(
      fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 3 }), (branches) =>
        Effect.gen(function* () {
          const [tookMs = 0, waitedMs = 0] = yield* measure(workOf(branches))
          const free = branches.map((calls) => calls.map((parts) => parts.filter(isFree)))
          const [freeMs = 0] = yield* measure(workOf(free))

          expect(waitedMs).toBeLessThanOrEqual(tookMs - freeMs)
          if (branches.length === 1) expect(waitedMs).toBe(tookMs - freeMs)
        }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise),
      ),
      { numRuns: 60 },
    )
  })
})
