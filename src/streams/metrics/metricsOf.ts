import { distinctUntilChanged, filter, map, type Observable, scan } from "rxjs"
import type { RunEvent } from "../../RunEvent.ts"
import type { StepMetricsReport } from "../../StepMetricsReport.ts"
import { latestValues } from "../Latest.ts"
import { addToMetrics, type Metrics, noMetrics } from "./addToMetrics.ts"
import { bucketAt } from "./metricsWindow.ts"
import { stepMetricsReport } from "./stepMetricsReport.ts"

/**
 * The metrics of all steps, to be read, by workflow and step. Windows end at `timeMs`, in ms since 1970, or else at the
 * latest event of any step. What did not change is the same object as before.
 */
export const metricsOf = (metrics: Metrics, timeMs = metrics.latestMs): ReadonlyArray<StepMetricsReport> =>
  latestValues(metrics.steps)
    .map((step) => stepMetricsReport(step, bucketAt(timeMs)))
    .toSorted(byName)

/**
 * The metrics after every event that changes them. Each subscriber counts from nothing; to count once and to give late
 * subscribers the latest metrics at once, share it: `metricsOf$(events$).pipe(shareReplay({ bufferSize: 1, refCount: false }))`.
 */
export const metricsOf$ = (events$: Observable<RunEvent>): Observable<ReadonlyArray<StepMetricsReport>> =>
  events$.pipe(
    scan(addToMetrics, noMetrics),
    filter((metrics) => metrics !== noMetrics),
    distinctUntilChanged(),
    map((metrics) => metricsOf(metrics)),
  )

const byName = (a: StepMetricsReport, b: StepMetricsReport): number =>
  compare(a.workflow, b.workflow) || compare(a.step, b.step)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
