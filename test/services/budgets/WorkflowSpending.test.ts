import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe as suite, expect, onTestFinished, test } from "vitest"
import { Store } from "../../../src/services/store/Store.ts"
import { answer, aRequest, givenBudgets, refusal, usageOf } from "./givenBudgets.ts"

const temporaryFolder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-budgets-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A process of its own over this directory. */
const process = (directory: string) => givenBudgets(Layer.provide(Store.layer(directory), NodeServices.layer))

type Process = Effect.Success<ReturnType<typeof process>>

const call = ({ budgets }: Process, costUsd: number | null = 0.01) =>
  Effect.map(refusal(budgets.guard(aRequest(), Effect.succeed(answer(usageOf(costUsd))))), (said) => said === null)

const callsLeft = ({ budgets }: Process) => Effect.map(budgets.left("run-1", "draft"), ({ calls }) => calls)

describe("the budget of a workflow", () => {
  it.effect("is shared by processes with one store, and outlasts them", () =>
    Effect.gen(function* () {
      const directory = temporaryFolder()
      const [a, b] = [yield* process(directory), yield* process(directory)]
      const budget = { workflow: { calls: 3, usd: 1, tokens: 1000 } }
      yield* a.open(budget)
      yield* b.open(budget)

      const made = [yield* call(a), yield* call(b), yield* call(a), yield* call(b), yield* call(a)]
      const later = yield* process(directory)
      yield* later.open(budget)

      assert.deepStrictEqual(made, [true, true, true, false, false])
      assert.deepStrictEqual(yield* later.budgets.left("run-1", "draft"), { calls: 0, usd: 0.97, tokens: 955 })
    }),
  )

  it.effect("starts anew with the next period, in UTC", () =>
    Effect.gen(function* () {
      const one = yield* process(temporaryFolder())
      yield* TestClock.setTime(Date.UTC(2026, 0, 31, 23, 59, 59))
      yield* one.open({ workflow: { calls: 1 } })

      const before = [yield* call(one), yield* call(one)]
      yield* TestClock.adjust("1 second")
      const after = [yield* call(one), yield* call(one)]

      assert.deepStrictEqual(
        [before, after],
        [
          [true, false],
          [true, false],
        ],
      )
    }),
  )

  it.effect("counts a call in the period in which it began", () =>
    Effect.gen(function* () {
      const one = yield* process(temporaryFolder())
      yield* TestClock.setTime(Date.UTC(2026, 0, 31, 23, 59, 59))
      yield* one.open({ workflow: { calls: 1, per: "month" } })

      yield* one.budgets.guard(aRequest(), Effect.as(TestClock.adjust("1 second"), answer()))

      assert.strictEqual(yield* callsLeft(one), 1)
    }),
  )

  it.effect("is counted by the process alone where the store cannot be used, which is said once", () =>
    Effect.gen(function* () {
      const directory = join(temporaryFolder(), "state")
      writeFileSync(directory, "a file in its place")
      const one = yield* process(directory)

      const made = yield* Effect.gen(function* () {
        yield* one.open({ workflow: { calls: 2 } })
        return [yield* call(one), yield* call(one), yield* call(one)]
      }).pipe(Effect.provide(one.logger))

      assert.deepStrictEqual(made, [true, true, false])
      assert.lengthOf(one.logged, 1)
      assert.match(one.logged[0] ?? "", /cannot be made .* budgets of workflows count only what this process spends\.$/)
    }),
  )

  it.effect("takes in what was spent meanwhile once the store can be used again", () =>
    Effect.gen(function* () {
      const directory = join(temporaryFolder(), "state")
      writeFileSync(directory, "a file in its place")
      const one = yield* process(directory)
      yield* one.open({ workflow: { calls: 5 } })
      yield* call(one)
      yield* call(one)

      rmSync(directory)
      yield* TestClock.adjust("1 minute")
      yield* call(one)
      const other = yield* process(directory)
      yield* other.open({ workflow: { calls: 5 } })

      assert.strictEqual(yield* callsLeft(one), 2)
      assert.strictEqual(yield* callsLeft(other), 2)
    }),
  )

  it.effect("does not take something else in the store for an amount", () =>
    Effect.gen(function* () {
      const directory = temporaryFolder()
      yield* Store.use((store) => store.collection("budgets").put("letters/day/1970-01-01", "a lot")).pipe(
        Effect.provide(Layer.provide(Store.layer(directory), NodeServices.layer)),
      )
      const one = yield* process(directory)

      yield* Effect.provide(one.open({ workflow: { calls: 2 } }), one.logger)

      assert.strictEqual(yield* callsLeft(one), 2)
      assert.match(
        one.logged[0] ?? "",
        /^The entry "letters\/day\/1970-01-01" .* is not what was spent\. Delete the entry/,
      )
    }),
  )
})

suite("any sequence of calls of three processes", () => {
  test("stays within the workflow's budget, and all of them see the same sum", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ by: fc.nat(2), nanoUsd: fc.nat(400_000_000) }), { maxLength: 12 }),
        fc.nat(10),
        async (sequence, allowed) => {
          const directory = mkdtempSync(join(tmpdir(), "doubletrack-budgets-"))
          const [left, made] = await Effect.gen(function* () {
            const processes = [yield* process(directory), yield* process(directory), yield* process(directory)]
            for (const each of processes) yield* each.open({ workflow: { calls: allowed, usd: 100 } })
            const costs: Array<number> = []
            for (const { by, nanoUsd } of sequence) {
              if (yield* call(processes[by]!, nanoUsd / 1e9)) costs.push(nanoUsd)
            }
            return [yield* Effect.forEach(processes, ({ budgets }) => budgets.left("run-1", "draft")), costs] as const
          }).pipe(Effect.scoped, Effect.runPromise)
          rmSync(directory, { recursive: true })

          expect(made).toHaveLength(Math.min(allowed, sequence.length))
          const usd = (100e9 - made.reduce((sum, nanos) => sum + nanos, 0)) / 1e9
          for (const each of left) expect(each).toEqual({ calls: allowed - made.length, tokens: null, usd })
        },
      ),
      { numRuns: 25 },
    ))
})
