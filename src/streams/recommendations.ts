import { concatMap, from, type Observable, scan } from "rxjs"
import type { ExperimentReport } from "../ExperimentReport.ts"
import type { Recommendation } from "../Recommendation.ts"
import { type Latest, latestOf, noLatest, setLatest } from "./Latest.ts"

/** An experiment that recommends something else than before. */
export interface RecommendationChange {
  readonly workflow: string
  readonly step: string
  readonly programId: string
  /** Key of the experiment. */
  readonly experiment: string
  readonly recommendation: Recommendation
  /** Null where there was none. */
  readonly before: Recommendation | null
}

/** What each experiment recommended last. */
export interface Recommendations {
  readonly latest: Latest<Recommendation | null>
  /** What the latest report changed. */
  readonly changes: ReadonlyArray<RecommendationChange>
}

export const noRecommendations: Recommendations = { latest: noLatest, changes: [] }

/** As many experiments as are remembered. */
const mostExperiments = 1000

/** Takes in one report; another reason for the same verdict is no change, and a recommendation withdrawn is no longer one. */
export const addToRecommendations = (
  { latest }: Recommendations,
  { key, workflow, step, programId, recommendation }: ExperimentReport,
): Recommendations => {
  const before = latestOf(latest, key) ?? null
  return {
    latest: setLatest(latest, key, recommendation, mostExperiments),
    changes:
      recommendation === null || recommendation.verdict === before?.verdict
        ? []
        : [{ workflow, step, programId, experiment: key, recommendation, before }],
  }
}

/** The changes of what experiments recommend, out of their reports as they come. */
export const recommendationsOf$ = (reports$: Observable<ExperimentReport>): Observable<RecommendationChange> =>
  reports$.pipe(
    scan(addToRecommendations, noRecommendations),
    concatMap(({ changes }) => from(changes)),
  )
