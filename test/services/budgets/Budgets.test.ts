import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { BudgetConfig, BudgetLimits } from "../../../src/BudgetLimits.ts"
import { answer, aRequest, aStep, estimated, failed, givenBudgets, refusal, usageOf } from "./givenBudgets.ts"

const unlimited = { usd: null, tokens: null, calls: null }

describe("a call that fits", () => {
  it.effect("gives its answer, and what it used up is gone from every budget", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { usd: 1, calls: 10 }, step: { tokens: 1000 }, workflow: { calls: 5 } })

      const { text } = yield* budgets.guard(aRequest(), Effect.succeed(answer(usageOf(0.25, 100))))

      assert.strictEqual(text, "yes")
      assert.deepStrictEqual(yield* budgets.left("run-1", "draft"), { usd: 0.75, tokens: 900, calls: 4 })
    }),
  )

  it.effect("has its estimate reserved while it is under way", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { usd: 1, tokens: 1000, calls: 10 } })
      const end = yield* Deferred.make<void>()

      const call = yield* Effect.forkChild(budgets.guard(aRequest(), Effect.as(Deferred.await(end), answer())), {
        startImmediately: true,
      })
      const during = yield* budgets.left("run-1", "draft")
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(call)

      assert.deepStrictEqual(during, { usd: 1 - estimated.usd, tokens: 1000 - estimated.tokens, calls: 9 })
      assert.deepStrictEqual(yield* budgets.left("run-1", "draft"), { usd: 0.99, tokens: 985, calls: 9 })
    }),
  )

  it.effect("counts as its failure says, and not at all where no attempt was made", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { usd: 1, tokens: 1000, calls: 10 } })

      const charged = yield* Effect.flip(budgets.guard(aRequest(), Effect.fail(failed(usageOf(0.5, 10)))))
      yield* Effect.flip(budgets.guard(aRequest(), Effect.fail(failed())))

      assert.strictEqual(charged.message, "the provider failed")
      assert.deepStrictEqual(yield* budgets.left("run-1", "draft"), { usd: 0.5, tokens: 990, calls: 9 })
    }),
  )

  it.effect("keeps its estimate as spent where nobody knows what it did cost", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { usd: 1, tokens: 1500, calls: 10 } })
      const gaveUp = failed({ tokens: { input: 0, output: 0 }, costUsd: null })

      const cancelled = yield* Effect.forkChild(budgets.guard(aRequest(), Effect.never), { startImmediately: true })
      yield* Fiber.interrupt(cancelled)
      yield* Effect.exit(budgets.guard(aRequest(), Effect.die("a bug")))
      yield* Effect.exit(budgets.guard(aRequest(), Effect.fail(gaveUp)))

      const { usd, ...left } = yield* budgets.left("run-1", "draft")
      assert.closeTo(usd ?? 0, 1 - 3 * estimated.usd, 1e-12)
      assert.deepStrictEqual(left, { tokens: 1500 - 3 * estimated.tokens, calls: 7 })
    }),
  )

  it.effect("may use up a budget to the last cent", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { usd: 0.3 + estimated.usd } })

      for (let call = 0; call < 3; call++) yield* budgets.guard(aRequest(), Effect.succeed(answer(usageOf(0.1))))

      assert.strictEqual((yield* budgets.left("run-1", "draft")).usd, estimated.usd)
      assert.isNull(yield* refusal(budgets.guard(aRequest(), Effect.succeed(answer()))))
    }),
  )
})

/** What the workflow says, what the step and the run say, and the message. */
type NamedLimit = readonly [BudgetConfig, { readonly step?: BudgetLimits; readonly limits?: BudgetLimits }, RegExp]

describe("a call that does not fit", () => {
  it.effect("is never made, and says which limit, what is spent and what to change", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { calls: 1 } })
      yield* budgets.guard(aRequest(), Effect.succeed(answer()))

      const refused = yield* Effect.flip(budgets.guard(aRequest(), Effect.die("called all the same")))

      assert.strictEqual(refused.reason, "budget_exceeded")
      assert.isUndefined(refused.usage)
      assert.strictEqual(
        refused.message,
        "The budget of the run is used up. Spent or reserved for calls under way: 1 of 1 calls. " +
          "Raise hybrid_config.budget.run.calls.",
      )
    }),
  )

  it.effect.each<NamedLimit>([
    [{ run: { tokens: 370 } }, {}, /budget of the run .* 15 of 370 tokens; this call needs about 357\. Raise hybrid/],
    [{ step: { calls: 1 } }, {}, /budget of step "draft" .* Raise hybrid_config\.budget\.step\.calls\./],
    [
      { step: { calls: 9, usd: 1 } },
      { step: { calls: 1 } },
      /budget of step "draft" .* Raise budget\.calls of step "draft"\./,
    ],
    [
      { step: { usd: 0.0102 } },
      { step: { calls: 5 } },
      /\$0\.01 of \$0\.0102; this call needs about \$0\.000357\. Raise hybrid_config\.budget\.step\.usd/,
    ],
    [
      { run: { calls: 9 } },
      { limits: { calls: 1 } },
      /budget of the run .* Raise budget\.calls of the run's options\./,
    ],
    [
      { workflow: { calls: 1 } },
      {},
      /budget of workflow "letters" for this day .* Raise hybrid_config\.budget\.workflow\.calls, or wait until 1970-01-02 00:00 UTC\./,
    ],
    [{ workflow: { calls: 1, per: "month" } }, {}, /for this month .* until 1970-02-01 00:00 UTC\./],
  ])("names the limit of %o with %o", ([budget, { step, limits }, message]) =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open(budget, {
        ...(limits === undefined ? {} : { limits }),
        ...(step === undefined ? {} : { steps: [aStep("draft", { budget: step })] }),
      })
      yield* budgets.guard(aRequest(), Effect.succeed(answer()))

      const refused = yield* Effect.flip(budgets.guard(aRequest(), Effect.succeed(answer())))

      assert.match(refused.message, message)
    }),
  )

  it.effect("is recorded as a fact once for each step and limit", () =>
    Effect.gen(function* () {
      const { budgets, open, facts } = yield* givenBudgets()
      yield* open({ step: { calls: 0 }, run: { usd: 0.0001 } })

      for (const path of ["draft", "draft", "review", "draft"]) {
        yield* refusal(budgets.guard(aRequest(path), Effect.succeed(answer())))
      }

      const fact = { _tag: "BudgetExceeded", track: "traditional", allowed: 0, spent: 0 } as const
      assert.deepStrictEqual(facts, [
        { ...fact, step: "draft", path: "draft", budget: "step", limit: "calls" },
        { ...fact, step: "review", path: "review", budget: "step", limit: "calls" },
      ])
    }),
  )
})

describe("budgets of steps", () => {
  it.effect("are counted for each step by itself", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ step: { calls: 1 } }, { steps: [aStep("draft"), aStep("review", { budget: { calls: 2 } })] })

      const made = []
      for (const path of ["draft", "review", "draft", "review", "review"]) {
        made.push((yield* refusal(budgets.guard(aRequest(path), Effect.succeed(answer())))) === null)
      }

      assert.deepStrictEqual(made, [true, true, false, true, false])
    }),
  )

  it.effect("of a loop hold for everything in it, beside those of the steps inside", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      const inside = [aStep("draft", { budget: { calls: 2 } }), aStep("review")]
      yield* open({}, { steps: [aStep("each", { type: "for_loop", steps: inside, budget: { calls: 3 } })] })

      const made = []
      for (const path of ["each/draft", "each/draft", "each/draft", "each/review", "each/review"]) {
        made.push((yield* refusal(budgets.guard(aRequest(path), Effect.succeed(answer())))) === null)
      }

      assert.deepStrictEqual(made, [true, true, false, true, false])
      assert.deepStrictEqual(yield* budgets.left("run-1", "each/draft"), { ...unlimited, calls: 0 })
      assert.deepStrictEqual(yield* budgets.left("run-1", "other"), unlimited)
    }),
  )
})

describe("runs", () => {
  it.effect("without a ledger call as they like", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { calls: 0 } })

      const other = yield* refusal(
        budgets.guard(aRequest("draft", { runId: "evaluation-1" }), Effect.succeed(answer())),
      )
      yield* budgets.close("run-1")
      const closed = yield* refusal(budgets.guard(aRequest(), Effect.succeed(answer())))

      assert.deepStrictEqual([other, closed], [null, null])
      assert.deepStrictEqual(yield* budgets.left("run-1", "draft"), unlimited)
    }),
  )

  it.effect("of one workflow share its budget, and have each a budget of their own", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      const budget = { run: { calls: 2 }, workflow: { calls: 3 } }
      yield* open(budget)
      yield* budgets.open({
        runId: "run-2",
        workflow: { name: "letters", steps: [aStep("draft")], hybrid_config: { budget } },
      })

      const made = []
      for (const runId of ["run-1", "run-1", "run-1", "run-2", "run-2"]) {
        const said = yield* refusal(budgets.guard(aRequest("draft", { runId }), Effect.succeed(answer())))
        made.push(/budget of (\w+)/.exec(said ?? "")?.[1] ?? said)
      }

      assert.deepStrictEqual(made, [null, null, "the", null, "workflow"])
    }),
  )
})

describe("a model whose price is not known", () => {
  it.effect("is held to tokens and calls only, which is said once for each", () =>
    Effect.gen(function* () {
      const { budgets, open, logged, logger } = yield* givenBudgets()
      yield* open({ run: { usd: 0.001, calls: 4 } })
      const call = (model: string) =>
        refusal(budgets.guard(aRequest("draft", { model }), Effect.succeed(answer(usageOf(null)))))

      const said = yield* Effect.forEach(["local/a", "local/a", "local/b", "local/a", "local/a"], call).pipe(
        Effect.provide(logger),
      )

      assert.deepStrictEqual(
        said.map((each) => each?.split(":")[0] ?? null),
        [null, null, null, null, "budget_exceeded"],
      )
      assert.deepStrictEqual(
        logged.map((line) => line.split(", ")[0]),
        ["The price of local/a is not known", "The price of local/b is not known"],
      )
    }),
  )

  it.effect("is not called once others have used up the money", () =>
    Effect.gen(function* () {
      const { budgets, open } = yield* givenBudgets()
      yield* open({ run: { usd: 0.02 } })
      yield* budgets.guard(aRequest(), Effect.succeed(answer(usageOf(0.02))))

      const unpriced = yield* refusal(budgets.guard(aRequest("draft", { model: "local/a" }), Effect.succeed(answer())))
      const free = yield* refusal(
        budgets.guard(aRequest("draft", { model: "offline/in-context" }), Effect.succeed(answer(usageOf(0)))),
      )

      assert.match(unpriced ?? "", /\$0\.02 of \$0\.02; what local\/a costs is not known\. Raise/)
      assert.isNull(free)
    }),
  )

  it.effect("is not asked for a price where no limit is in USD", () =>
    Effect.gen(function* () {
      const { budgets, open, logged, logger } = yield* givenBudgets()
      yield* open({ run: { calls: 4 } })

      yield* Effect.provide(budgets.guard(aRequest("draft", { model: "local/a" }), Effect.succeed(answer())), logger)

      assert.deepStrictEqual(logged, [])
    }),
  )
})
