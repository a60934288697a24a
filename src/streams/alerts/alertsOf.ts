import { concatMap, from, type Observable, pairwise, scan, startWith } from "rxjs"
import type { AlertLimits } from "../../AlertLimits.ts"
import type { StepMetricsReport } from "../../StepMetricsReport.ts"
import { addToAlerts, type AlertRaised, noAlerts } from "./addToAlerts.ts"

type Reports = ReadonlyArray<StepMetricsReport>

const none: Reports = []

/** The alerts that metrics are worth, as `metricsOf$` gives them: each once for as long as it lasts. */
export const alertsOf$ = (reports$: Observable<Reports>, limits: AlertLimits): Observable<AlertRaised> =>
  reports$.pipe(
    startWith(none),
    pairwise(),
    concatMap(([before, now]) => from(changedReports(before, now))),
    scan((alerts, report) => addToAlerts(alerts, report, limits), noAlerts),
    concatMap(({ raised }) => from(raised)),
  )

/** What did not change is the same object as before. */
const changedReports = (before: Reports, now: Reports): Reports => {
  const known = new Set(before)
  return now.filter((report) => !known.has(report))
}
