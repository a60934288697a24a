import type { BudgetPeriod } from "../../BudgetLimits.ts"

/** A calendar period in UTC: its first day and that of the next one, as `2026-01-31`. */
export interface Period {
  readonly start: string
  readonly next: string
}

/** The period that a moment is in. */
export const periodOf = (per: BudgetPeriod, atMs: number): Period => {
  const at = new Date(atMs)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (per) {
    case "day":
      return { start: dayOf(year, month, day), next: dayOf(year, month, day + 1) }
    case "week": {
      const monday = day - ((at.getUTCDay() + 6) % 7)
      return { start: dayOf(year, month, monday), next: dayOf(year, month, monday + 7) }
    }
    case "month":
      return { start: dayOf(year, month, 1), next: dayOf(year, month + 1, 1) }
  }
}

const dayOf = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)
