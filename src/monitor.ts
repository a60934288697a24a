import { concatMap, type Observable, shareReplay, Subject } from "rxjs"
import type { AlertLimits } from "./AlertLimits.ts"
import type { Experiment } from "./Experiment.ts"
import type { ExperimentReport } from "./ExperimentReport.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { StepMetricsReport } from "./StepMetricsReport.ts"
import { alertsOf$ } from "./streams/alerts/alertsOf.ts"
import { experimentReports } from "./streams/experiment/experimentReport.ts"
import { metricsOf$ } from "./streams/metrics/metricsOf.ts"
import { recommendationsOf$, type RecommendationChange } from "./streams/recommendations.ts"
import type { SystemFact } from "./SystemEvent.ts"

/** What watches the runs of a process. */
export interface Monitor {
  readonly metrics$: Observable<ReadonlyArray<StepMetricsReport>>
  readonly experiments$: Observable<ExperimentReport>
  readonly recommendations$: Observable<RecommendationChange>
  /** Told of an experiment whenever it has learned something. */
  readonly learned: (experiment: Experiment) => void
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
  const learned = new Subject<Experiment>()
  const experiments$ = learned.pipe(concatMap((experiment) => experimentReports([experiment], new Map())))
  return {
    metrics$,
    experiments$,
    recommendations$: recommendationsOf$(experiments$),
    learned: (experiment) => learned.next(experiment),
    close: () => {
      alerting.unsubscribe()
      learned.complete()
    },
  }
}
