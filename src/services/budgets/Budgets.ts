import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { BudgetLimits } from "../../BudgetLimits.ts"
import type { Price } from "../../Settings.ts"
import type { Usage } from "../../Usage.ts"
import type { Workflow } from "../../Workflow.ts"
import { FactRecorder } from "../FactRecorder.ts"
import type { ModelAnswer, ModelError, ModelRequest } from "../models/Models.ts"
import { Store } from "../store/Store.ts"
import { heldBudgets } from "./heldBudgets.ts"

/** The least of what step, run and workflow leave; null: no limit. */
export interface BudgetLeft {
  readonly usd: number | null
  readonly tokens: number | null
  readonly calls: number | null
}

/** A run whose calls are to be held to its budgets. */
export interface BudgetedRun {
  readonly runId: string
  readonly workflow: Workflow
  /** The run's own, each in place of the same limit of `hybrid_config.budget.run`. */
  readonly limits?: BudgetLimits
  /** The calls that it made before it was interrupted. */
  readonly made?: ReadonlyArray<MadeCall>
}

/** A call of a step, or another attempt at one. */
export interface MadeCall {
  readonly path: string
  /** From 1. */
  readonly attempt: number
  readonly usage: Usage
}

/**
 * Holds the model calls of runs to their budgets: of the step, the run, and the workflow in this period.
 *
 * A limit of calls is never exceeded, however many are made at once. Tokens and USD are reserved by estimate, so
 * these limits are exceeded by at most what the calls under way take beyond their estimates. Where processes share a
 * store, each knows what the others have spent, but not what they have under way.
 */
export class Budgets extends Context.Service<
  Budgets,
  {
    /** Opens a run's ledger; to be called once before its first call. Reads what the workflow spent in this period. */
    readonly open: (run: BudgetedRun) => Effect.Effect<void>
    readonly close: (runId: string) => Effect.Effect<void>
    /** What a step of a run may still use up. */
    readonly left: (runId: string, path: string) => Effect.Effect<BudgetLeft>
    /**
     * Reserves before the call and settles after it; a call that does not fit fails with `budget_exceeded` before
     * anything is spent. Calls of runs without a ledger just go through.
     */
    readonly guard: (
      request: ModelRequest,
      call: Effect.Effect<ModelAnswer, ModelError>,
    ) => Effect.Effect<ModelAnswer, ModelError>
  }
>()("doubletrack/services/budgets/Budgets") {
  /** What workflows spend is kept in the store. */
  static readonly layer = (
    prices: Readonly<Record<string, Price>>,
  ): Layer.Layer<Budgets, never, Store | FactRecorder> =>
    Layer.effect(
      Budgets,
      Effect.gen(function* () {
        return heldBudgets({ store: yield* Store, facts: yield* FactRecorder, prices })
      }),
    )
}
