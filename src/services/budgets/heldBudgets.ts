import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { Price } from "../../Settings.ts"
import type { FactRecorder } from "../FactRecorder.ts"
import { onCallExit } from "../limits/heldBack.ts"
import type { ModelAnswer, ModelError, ModelRequest } from "../models/Models.ts"
import type { Store } from "../store/Store.ts"
import { nothing } from "./Amount.ts"
import { budgetExceeded, budgetExceededFact } from "./budgetExceeded.ts"
import type { Budgets } from "./Budgets.ts"
import { type Estimate, estimate, usedUp } from "./Estimate.ts"
import { exceededBy, type HeldBudget, leftOf } from "./HeldBudget.ts"
import { RunLedger } from "./RunLedger.ts"
import { workflowSpending } from "./WorkflowSpending.ts"

export interface HeldBudgetsOptions {
  readonly store: Store["Service"]
  readonly facts: FactRecorder["Service"]
  readonly prices: Readonly<Record<string, Price>>
}

/** Budgets over the embedded store. Nothing happens between looking whether a call fits and reserving for it. */
export const heldBudgets = ({ store, facts, prices }: HeldBudgetsOptions): Budgets["Service"] => {
  const ledgers = new Map<string, RunLedger>()
  const spendings = workflowSpending(store)
  const unpriced = new Set<string>()

  /** Everything that a step is held to, and how its workflow's share of that is recorded. */
  const heldAt = Effect.fnUntraced(function* (ledger: RunLedger, path: string) {
    const budgets = ledger.budgetsAt(path)
    if (ledger.ofWorkflow === undefined) return { budgets, record: Effect.void }
    const { limits, per } = ledger.ofWorkflow
    const spending = yield* spendings.current(ledger.workflow, per)
    const ofWorkflow: HeldBudget = {
      budget: "workflow",
      limits,
      account: spending.account,
      whose: `workflow "${ledger.workflow}" for this ${per}`,
      setting: (limit) => `hybrid_config.budget.workflow.${limit}`,
      until: spending.period.next,
    }
    return { budgets: [...budgets, ofWorkflow], record: spendings.record(spending) }
  })

  const sayUnpriced = (model: string) =>
    Effect.suspend(() => {
      if (unpriced.has(model)) return Effect.void
      unpriced.add(model)
      return Effect.logWarning(
        `The price of ${model} is not known, so budgets in USD cannot count its calls; those in tokens and calls do. ` +
          "Give its price under prices in the settings.",
      )
    })

  const reserve = (ledger: RunLedger, request: ModelRequest, budgets: ReadonlyArray<HeldBudget>, wanted: Estimate) =>
    Effect.suspend(() => {
      const exceeded = exceededBy(wanted, budgets)
      if (exceeded === undefined) {
        for (const { account } of budgets) account.reserve(wanted.amount)
        return Effect.void
      }
      const { runId, path } = request.origin
      const said = ledger.firstTime(path, exceeded)
        ? facts.record(runId, budgetExceededFact(request, exceeded))
        : Effect.void
      return Effect.andThen(said, Effect.fail(budgetExceeded(request, exceeded, wanted)))
    })

  const held = Effect.fnUntraced(function* (
    ledger: RunLedger,
    request: ModelRequest,
    call: Effect.Effect<ModelAnswer, ModelError>,
  ) {
    const { budgets, record } = yield* heldAt(ledger, request.origin.path)
    const inUsd = budgets.some(({ limits }) => limits.usd !== undefined)
    const wanted = yield* estimate(request, { inUsd, prices })
    if (!wanted.priced) yield* sayUnpriced(request.model)
    const settled = (exit: Exit.Exit<ModelAnswer, ModelError>, isHeldBack: boolean) =>
      Effect.suspend(() => {
        const spent = isHeldBack ? nothing : usedUp(exit, wanted)
        for (const { account } of budgets) account.settle(wanted.amount, spent)
        return record
      })
    return yield* Effect.uninterruptibleMask((restore) =>
      Effect.andThen(reserve(ledger, request, budgets, wanted), onCallExit(restore(call), settled)),
    )
  })

  return {
    open: (run) =>
      Effect.suspend(() => {
        const ledger = new RunLedger(run)
        ledgers.set(run.runId, ledger)
        const { workflow, ofWorkflow } = ledger
        return ofWorkflow === undefined ? Effect.void : Effect.asVoid(spendings.current(workflow, ofWorkflow.per))
      }),
    close: (runId) => Effect.sync(() => void ledgers.delete(runId)),
    left: (runId, path) =>
      Effect.suspend(() => {
        const ledger = ledgers.get(runId)
        if (ledger === undefined) return Effect.succeed({ usd: null, tokens: null, calls: null })
        return Effect.map(heldAt(ledger, path), ({ budgets }) => ({
          usd: leftOf(budgets, "usd"),
          tokens: leftOf(budgets, "tokens"),
          calls: leftOf(budgets, "calls"),
        }))
      }),
    guard: (request, call) =>
      Effect.suspend(() => {
        const ledger = ledgers.get(request.origin.runId)
        return ledger === undefined ? call : held(ledger, request, call)
      }),
  }
}
