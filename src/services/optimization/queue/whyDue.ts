import type { OptimizationFrequency } from "../../../DspyConfig.ts"
import { leastRows } from "../RowSources.ts"
import type { RequestReason } from "./QueuedOptimization.ts"
import type { DriftSignal } from "./ScheduledStep.ts"

export interface Due {
  readonly frequency: OptimizationFrequency
  /** When it was last asked for, or its program compiled; null: never. */
  readonly lastAtMs: number | null
  readonly nowMs: number
  /** What `adaptive` goes by. */
  readonly signals: {
    /** Since `lastAtMs`. */
    readonly reported: ReadonlyArray<DriftSignal>
    /** Rows to learn from then and now; null where that is not known. */
    readonly rowsThen: number | null
    readonly rowsNow: number | null
  }
}

const dayMs = 24 * 3_600_000
const periodMs = { daily: dayMs, weekly: 7 * dayMs, monthly: 30 * dayMs }

/** By which factor the rows have to grow to be worth another compilation. */
const growth = 1.2

/**
 * Why a step is due for optimization, or null: where a period has passed since the last time, however many did; where
 * it is adaptive, when a signal was reported or there are a fifth more rows than then.
 */
export const whyDue = ({ frequency, lastAtMs, nowMs, signals }: Due): RequestReason | null => {
  if (frequency !== "adaptive") {
    return lastAtMs === null || nowMs - lastAtMs >= periodMs[frequency] ? "scheduled" : null
  }
  const { reported, rowsThen, rowsNow } = signals
  if (reported.includes("drift")) return "drift"
  if (reported.includes("error_rate")) return "error_rate"
  if (rowsNow === null || rowsNow < leastRows) return null
  const before = lastAtMs === null ? 0 : rowsThen
  return before !== null && rowsNow >= before * growth && rowsNow > before ? "new_data" : null
}
