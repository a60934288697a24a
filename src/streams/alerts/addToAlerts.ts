import type { AlertLimits } from "../../AlertLimits.ts"
import type { StepMetricsReport } from "../../StepMetricsReport.ts"
import type { SystemFact } from "../../SystemEvent.ts"
import { type Latest, latestOf, noLatest, setLatest } from "../Latest.ts"
import { type Measure, type MeasureName, measuresOf } from "./measuresOf.ts"

export type AlertRaised = Extract<SystemFact, { readonly _tag: "AlertRaised" }>

/** What was alerted of and is not over, by step. */
export interface Alerts {
  readonly open: Latest<ReadonlySet<MeasureName>>
  /** What the latest metrics are worth an alert for. */
  readonly raised: ReadonlyArray<AlertRaised>
}

export const noAlerts: Alerts = { open: noLatest, raised: [] }

/** An alert is over once its measure is below this share of its limit. */
const overBelow = 0.8

/** As many steps as are remembered. */
const mostSteps = 1000

/**
 * Takes in the latest metrics of one step. Raising takes `leastOutcomes` in the last hour; once raised, an alert is not
 * raised again until it is over, which a few outcomes show, but none do not.
 */
export const addToAlerts = (before: Alerts, report: StepMetricsReport, limits: AlertLimits): Alerts => {
  const { workflow, step } = report
  const key = JSON.stringify([workflow, step])
  const wasOpen = latestOf(before.open, key) ?? nothing
  const measures = measuresOf(report, limits)
  const raised = measures.filter((measure) => !wasOpen.has(measure.name) && isRaised(measure, limits))
  const goingOn = measures.filter((measure) => wasOpen.has(measure.name) && !isOver(measure))
  const open = new Set([...raised, ...goingOn].map(({ name }) => name))
  return {
    open: open.size === 0 && wasOpen.size === 0 ? before.open : setLatest(before.open, key, open, mostSteps),
    raised: raised.map(({ alert, message }) => ({ _tag: "AlertRaised", workflow, step, alert, message })),
  }
}

/** What adding up costs may leave over. */
const rounding = 1e-9

const nothing: ReadonlySet<MeasureName> = new Set()

const isRaised = ({ level, n }: Measure, { leastOutcomes }: AlertLimits): boolean =>
  level !== null && level > 1 + rounding && n >= leastOutcomes

const isOver = ({ level }: Measure): boolean => level !== null && level < overBelow - rounding
