import { concatMap, map, type Observable, scan, share, shareReplay, Subject } from "rxjs"
import type { AlertLimits } from "./AlertLimits.ts"
import type { Experiment } from "./Experiment.ts"
import type { ExperimentReport } from "./ExperimentReport.ts"
import type { ExperimentControl } from "./Route.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { StepMetricsReport } from "./StepMetricsReport.ts"
import { alertsOf$ } from "./streams/alerts/alertsOf.ts"
import { addToReports, noReports } from "./streams/experiment/addToReports.ts"
import { metricsOf$ } from "./streams/metrics/metricsOf.ts"
import { recommendationsOf$, type RecommendationChange } from "./streams/recommendations.ts"
import type { SystemFact } from "./SystemEvent.ts"

/** What watches the runs of a process. */
export interface Monitor {
  readonly metrics$: Observable<ReadonlyArray<StepMetricsReport>>
  readonly experiments$: Observable<ExperimentReport>
  readonly recommendations$: Observable<RecommendationChange>
  /** Told of an experiment whenever it has learned something. */
  readonly learned: (experiment: Experiment, control: ExperimentControl) => void
  readonly close: () => void
}

/** Counts every event once, whether or not someone looks, and raises alerts. */
export const openMonitor = (
  events$: Observable<RunEvent>,
  limits: AlertLimits,
  tell: (fact: SystemFact) => void,
): Monitor => {
  const metrics$ = metricsOf$(events$).pipe(shareReplay({ bufferSize: 1, refCount: false }))
  const alerting = alertsOf$(metrics$, limits).subscribe(tell)
  const learned = new Subject<readonly [Experiment, ExperimentControl]>()
  const experiments$ = learned.pipe(
    scan((reports, [experiment, control]) => addToReports(reports, experiment, control), noReports),
    concatMap(({ latest }) => latest),
    share(),
  )
  const recommendations$ = recommendationsOf$(learned.pipe(map(([experiment]) => experiment))).pipe(share())
  const counting = recommendations$.subscribe()
  return {
    metrics$,
    experiments$,
    recommendations$,
    learned: (experiment, control) => learned.next([experiment, control]),
    close: () => {
      alerting.unsubscribe()
      learned.complete()
      counting.unsubscribe()
    },
  }
}
