import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { BudgetLimits } from "../../../src/BudgetLimits.ts"
import type { Usage } from "../../../src/Usage.ts"
import { answer, aRequest, estimated, failed, givenBudgets } from "./givenBudgets.ts"

/** When a call is asked for, how long it takes, how it ends, and when it is cut off, if it is. */
interface PlannedCall {
  readonly atMs: number
  readonly takesMs: number
  readonly ends: "answered" | "failed" | "unsent" | "broken"
  readonly usage: Usage
  readonly cutOffAtMs: number | null
}

const usage: fc.Arbitrary<Usage> = fc.record({
  tokens: fc.record({ input: fc.integer({ min: 1, max: 2000 }), output: fc.nat(2000) }),
  costUsd: fc.option(
    fc.nat(2_000_000).map((nanos) => nanos / 1e9),
    { freq: 4 },
  ),
})

const plannedCall: fc.Arbitrary<PlannedCall> = fc.record({
  atMs: fc.nat(20),
  takesMs: fc.nat(10),
  ends: fc.constantFrom("answered", "answered", "failed", "unsent", "broken"),
  usage,
  cutOffAtMs: fc.option(fc.nat(30), { freq: 3 }),
})

const limits: fc.Arbitrary<BudgetLimits> = fc.record(
  {
    calls: fc.nat(8),
    tokens: fc.nat(8000),
    usd: fc.nat(8_000_000).map((nanos) => nanos / 1e9),
  },
  { requiredKeys: [] },
)

/** What was asked of the provider, as it sees it. */
interface Made {
  reported: Usage | "nothing known" | "nothing sent"
}

/** Makes the calls at their times, of two steps by turns, and gives what the provider saw at each beginning and in the end. */
const carryOut = (calls: ReadonlyArray<PlannedCall>, budget: BudgetLimits) =>
  Effect.gen(function* () {
    const { budgets, open } = yield* givenBudgets()
    yield* open({ run: budget, step: { calls: 100 }, workflow: { calls: 1000, tokens: 1_000_000, usd: 100 } })
    const made: Array<Made> = []
    const begun: Array<{ readonly underWay: number; readonly ended: ReadonlyArray<Made> }> = []
    const underWay = new Set<Made>()

    const provider = ({ takesMs, ends, usage: used }: PlannedCall) =>
      Effect.suspend(() => {
        const call: Made = { reported: "nothing known" }
        const ended = made.filter((each) => !underWay.has(each))
        made.push(call)
        underWay.add(call)
        begun.push({ underWay: underWay.size, ended: structuredClone(ended) })
        const answered = Effect.suspend(() => {
          if (ends === "broken") return Effect.die("a bug")
          call.reported = ends === "unsent" ? "nothing sent" : used
          if (ends === "answered") return Effect.succeed(answer(used))
          return Effect.fail(ends === "unsent" ? failed() : failed(used))
        })
        return Effect.sleep(takesMs).pipe(
          Effect.andThen(answered),
          Effect.ensuring(Effect.sync(() => underWay.delete(call))),
        )
      })

    const fibers = yield* Effect.forEach(calls, (call, index) =>
      Effect.gen(function* () {
        yield* Effect.sleep(call.atMs)
        const path = index % 2 === 0 ? "draft" : "review"
        const asking = yield* Effect.forkChild(budgets.guard(aRequest(path), provider(call)))
        if (call.cutOffAtMs !== null) {
          yield* Effect.sleep(Math.max(0, call.cutOffAtMs - call.atMs))
          yield* Fiber.interrupt(asking)
        }
        return yield* Fiber.await(asking)
      }).pipe(Effect.forkChild),
    )
    for (let ms = 0; ms < 50; ms++) yield* TestClock.adjust(1)
    const exits = yield* Effect.forEach(fibers, Fiber.join)
    return { exits, made, begun, left: yield* budgets.left("run-1", "draft") }
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise)

const spentBy = (made: ReadonlyArray<Made>) => {
  const sum = { nanoUsd: 0, tokens: 0, calls: 0 }
  for (const { reported } of made) {
    if (reported === "nothing sent") continue
    const known = reported === "nothing known" ? null : reported
    sum.calls += 1
    sum.tokens += known === null ? estimated.tokens : known.tokens.input + known.tokens.output
    sum.nanoUsd += Math.round((known?.costUsd ?? estimated.usd) * 1e9)
  }
  return { usd: sum.nanoUsd / 1e9, tokens: sum.tokens, calls: sum.calls }
}

const plans = fc.array(plannedCall, { maxLength: 14 })

describe("however calls are interleaved, fail and are cut off", () => {
  test("never more are made than a limit of calls allows", () =>
    fc.assert(
      fc.asyncProperty(plans, fc.nat(8), async (calls, allowed) => {
        const { begun, made, exits } = await carryOut(calls, { calls: allowed })

        for (const { underWay, ended } of begun) {
          expect(spentBy(ended).calls + underWay).toBeLessThanOrEqual(allowed)
        }
        expect(spentBy(made).calls).toBeLessThanOrEqual(allowed)
        if (calls.length <= allowed) expect(exits.filter(isRefused)).toEqual([])
      }),
      { numRuns: 200 },
    ))

  test("what is left is the limit less what models reported: nothing stays reserved", () =>
    fc.assert(
      fc.asyncProperty(plans, async (calls) => {
        const { left, made, exits } = await carryOut(calls, { calls: 100, tokens: 100_000, usd: 1 })

        const spent = spentBy(made)
        expect(exits.filter(isRefused)).toEqual([])
        expect(left).toEqual({
          usd: (1e9 - Math.round(spent.usd * 1e9)) / 1e9,
          tokens: 100_000 - spent.tokens,
          calls: 100 - spent.calls,
        })
      }),
      { numRuns: 200 },
    ))

  test("none is begun whose estimate does not fit beside what is spent and the estimates of those under way", () =>
    fc.assert(
      fc.asyncProperty(plans, limits, async (calls, budget) => {
        const { begun } = await carryOut(calls, budget)

        for (const { underWay, ended } of begun) {
          const spent = spentBy(ended)
          expect(spent.tokens + underWay * estimated.tokens).toBeLessThanOrEqual(budget.tokens ?? Infinity)
          expect(spent.usd + underWay * estimated.usd).toBeLessThanOrEqual((budget.usd ?? Infinity) + 1e-9)
        }
      }),
      { numRuns: 200 },
    ))
})

const isRefused = (exit: Exit.Exit<unknown, { readonly reason: string }>): boolean =>
  Exit.isFailure(exit) && JSON.stringify(exit.cause).includes("budget_exceeded")
