import type { RunEvent } from "../../RunEvent.ts"
import type { StepMetrics } from "../../StepMetrics.ts"
import { type Latest, latestOf, noLatest, setLatest } from "../Latest.ts"
import { mergeTotals, noTotals } from "./mergeTotals.ts"
import { addToBuckets, bucketAt } from "./metricsWindow.ts"
import { type CountedEvent, isCounted, totalsOf } from "./totalsOf.ts"

/** As many steps as are measured at once. */
const mostSteps = 1000

/** The metrics of all steps. */
export interface Metrics {
  /** By workflow and step. */
  readonly steps: Latest<StepMetrics>
  /** Time of the latest event of any step, in ms since 1970: where windows end. */
  readonly latestMs: number
}

export const noMetrics: Metrics = { steps: noLatest, latestMs: 0 }

/**
 * Folds one event into the metrics of its step; events that say nothing about them leave the same object. Of more than
 * 1,000 steps, the longest unused one is forgotten. An event whose time cannot be read counts as one of the latest time.
 */
export const addToMetrics = (metrics: Metrics, event: RunEvent): Metrics => {
  if (!isCounted(event)) return metrics
  const written = Date.parse(event.at)
  const timeMs = Number.isNaN(written) ? metrics.latestMs : written
  const key = JSON.stringify([event.workflow, event.step])
  return {
    steps: setLatest(metrics.steps, key, addToStep(latestOf(metrics.steps, key), event, timeMs), mostSteps),
    latestMs: Math.max(metrics.latestMs, timeMs),
  }
}

const addToStep = (before: StepMetrics | undefined, event: CountedEvent, timeMs: number): StepMetrics => {
  const totals = totalsOf(event)
  return {
    workflow: event.workflow,
    step: event.step,
    latestMs: Math.max(before?.latestMs ?? timeMs, timeMs),
    lifetime: mergeTotals(before?.lifetime ?? noTotals, totals),
    buckets: addToBuckets(before?.buckets ?? [], bucketAt(timeMs), totals),
  }
}
