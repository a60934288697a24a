import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type { BudgetPeriod } from "../../BudgetLimits.ts"
import type { Store } from "../store/Store.ts"
import type { EntryReader } from "../store/StoredEntries.ts"
import { StoreError } from "../store/StoreError.ts"
import { Account } from "./Account.ts"
import { type Amount, fromUnits, isNothing, nanoUsdOf, nothing, plus } from "./Amount.ts"
import { type Period, periodOf } from "./period.ts"

/** What all runs of a workflow used up in one period, those of other processes included. */
export interface PeriodSpending {
  readonly key: string
  readonly period: Period
  readonly account: Account
}

export interface WorkflowSpending {
  /** That of the period that it is now; as other processes have recorded it, if the store can be read. */
  readonly current: (workflow: string, per: BudgetPeriod) => Effect.Effect<PeriodSpending>
  /** Adds what this process spent to what the store holds. */
  readonly record: (spending: PeriodSpending) => Effect.Effect<void>
}

/** How long a store that failed is left alone; what is spent until then is added when it can be written again. */
const restMs = 60_000

const collection = "budgets"

/** The spending of workflows in the embedded store. */
export const workflowSpending = (store: Store["Service"]): WorkflowSpending => {
  const latest = new Map<string, PeriodSpending>()
  const oneAtATime = Semaphore.makeUnsafe(1)
  let failedAtMs: number | null = null

  const exchange = Effect.fnUntraced(function* ({ key, account }: PeriodSpending) {
    const nowMs = yield* Clock.currentTimeMillis
    if (failedAtMs !== null && nowMs - failedAtMs < restMs) return
    const own = account.spent
    const total = yield* Effect.result(
      isNothing(own)
        ? store.read((entries) => amountAt(entries, key))
        : store.write((entries) => {
            const sum = plus(amountAt(entries, key), own)
            entries.put(collection, key, textOf(sum))
            return sum
          }),
    )
    if (Result.isSuccess(total)) {
      failedAtMs = null
      return account.recorded(own, total.success)
    }
    if (failedAtMs === null) yield* Effect.logWarning(`${total.failure.message} ${alone}`)
    failedAtMs = nowMs
  })

  /** What was written is taken over in any case, or it would be counted twice. */
  const synchronize = (spending: PeriodSpending) =>
    oneAtATime.withPermit(
      Effect.suspend(() =>
        isNothing(spending.account.spent) ? exchange(spending) : Effect.uninterruptible(exchange(spending)),
      ),
    )

  return {
    record: synchronize,
    current: Effect.fnUntraced(function* (workflow, per) {
      const period = periodOf(per, yield* Clock.currentTimeMillis)
      const key = `${workflow}/${per}/${period.start}`
      const known = latest.get(`${workflow}/${per}`)
      const spending = known?.key === key ? known : { key, period, account: new Account() }
      latest.set(`${workflow}/${per}`, spending)
      yield* synchronize(spending)
      return spending
    }),
  }
}

const alone = "Until it can be used again, budgets of workflows count only what this process spends."

const Recorded = Schema.fromJsonString(
  Schema.Struct({ usd: Schema.Finite, tokens: Schema.Finite, calls: Schema.Finite }),
)
const encode = Schema.encodeSync(Recorded)
const decode = Schema.decodeUnknownResult(Recorded)

const textOf = ({ nanoUsd, tokens, calls }: Amount): string => encode({ usd: fromUnits("usd", nanoUsd), tokens, calls })

const amountAt = (entries: EntryReader, key: string): Amount => {
  const value = entries.get(collection, key)
  if (value === null) return nothing
  const amount = decode(value)
  if (Result.isFailure(amount)) throw notAnAmount(key)
  const { usd, tokens, calls } = amount.success
  return { nanoUsd: nanoUsdOf(usd), tokens, calls }
}

const notAnAmount = (key: string) =>
  new StoreError({
    reason: "damaged",
    message: `The entry "${key}" of "${collection}" in the store is not what was spent. Delete the entry, or restore the store from a backup.`,
  })
