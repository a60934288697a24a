import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { BudgetConfig, BudgetLimits } from "../../../src/BudgetLimits.ts"
import type { RunFact } from "../../../src/RunEvent.ts"
import { Budgets } from "../../../src/services/budgets/Budgets.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { type ModelAnswer, ModelError, type ModelRequest } from "../../../src/services/models/Models.ts"
import { Store } from "../../../src/services/store/Store.ts"
import type { Price } from "../../../src/Settings.ts"
import type { Step } from "../../../src/Step.ts"
import type { Usage } from "../../../src/Usage.ts"
import type { Workflow } from "../../../src/Workflow.ts"

/** A dollar for a million tokens: a call is estimated at 357 tokens, 0.000357 USD. */
export const priced = "scripted/priced"
export const prices: Readonly<Record<string, Price>> = { [priced]: { inputPerMillion: 1, outputPerMillion: 1 } }
export const estimated = { tokens: 357, usd: 0.000357 }

/** The service under test as one process has it, with what it recorded and logged. */
export const givenBudgets = Effect.fnUntraced(function* (store: Layer.Layer<Store> = Store.layerMemory) {
  const facts: Array<RunFact> = []
  const logged: Array<string> = []
  const recorder = Layer.succeed(FactRecorder, {
    record: (_runId, fact) => Effect.sync(() => void facts.push(fact)),
  })
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const layer = Budgets.layer(prices).pipe(Layer.provide(Layer.merge(Layer.fresh(store), recorder)))
  const budgets = Context.get(yield* Layer.build(layer), Budgets)
  const open = (
    budget: BudgetConfig,
    more: { readonly limits?: BudgetLimits; readonly steps?: Workflow["steps"] } = {},
  ) =>
    budgets.open({
      runId: "run-1",
      workflow: aWorkflow(budget, more.steps),
      ...(more.limits === undefined ? {} : { limits: more.limits }),
    })
  return { budgets, facts, logged, logger, open }
})

export const aStep = (name: string, more: Partial<Step> = {}): Step => ({ name, type: "claude", ...more })

export const aWorkflow = (budget: BudgetConfig, steps: Workflow["steps"] = [aStep("draft")]): Workflow => ({
  name: "letters",
  steps,
  hybrid_config: { budget },
})

/** A prompt of 404 letters. */
export const aRequest = (
  path = "draft",
  { runId = "run-1", model = priced }: { readonly runId?: string; readonly model?: string } = {},
): ModelRequest => ({
  model,
  messages: [
    { role: "system", content: "s".repeat(4) },
    { role: "user", content: "u".repeat(400) },
  ],
  origin: { runId, step: path.split("/").at(-1) ?? path, path, track: "traditional" },
})

export const usageOf = (costUsd: number | null, tokens = 15): Usage => ({
  tokens: { input: tokens - 5, output: 5 },
  costUsd,
})

export const answer = (usage: Usage = usageOf(0.01)): ModelAnswer => ({
  text: "yes",
  model: priced,
  usage,
  finishReason: "stop",
})

export const failed = (usage?: Usage): ModelError =>
  new ModelError({
    reason: "server_error",
    message: "the provider failed",
    model: priced,
    ...(usage === undefined ? {} : { usage }),
  })

/** What a refused call says; `null` for one that was made. */
export const refusal = <A>(call: Effect.Effect<A, ModelError>): Effect.Effect<string | null> =>
  Effect.match(call, { onSuccess: () => null, onFailure: ({ reason, message }) => `${reason}: ${message}` })
