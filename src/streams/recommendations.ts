import { concatMap, from, type Observable, scan } from "rxjs"
import type { Experiment } from "../Experiment.ts"
import type { Recommendation } from "../Recommendation.ts"
import { newlyTold } from "./experiment/toldRecommendation.ts"
import { type Latest, latestOf, noLatest, setLatest } from "./Latest.ts"

/** An experiment that recommends something else than before. */
export interface RecommendationChange {
  readonly workflow: string
  readonly step: string
  readonly programId: string
  /** Key of the experiment. */
  readonly experiment: string
  readonly recommendation: Recommendation
  /** Null where there was none, or none that was heard of since this process started. */
  readonly before: Recommendation | null
}

/** What was told last of each experiment. */
export interface Recommendations {
  readonly latest: Latest<Recommendation | null>
  /** What the latest experiment changed. */
  readonly changes: ReadonlyArray<RecommendationChange>
}

export const noRecommendations: Recommendations = { latest: noLatest, changes: [] }

/** As many experiments as are remembered. */
const mostExperiments = 1000

/** Takes in one experiment that has learned something; a recommendation withdrawn is no longer one. */
export const addToRecommendations = ({ latest }: Recommendations, experiment: Experiment): Recommendations => {
  const { key, subject, told } = experiment
  const { workflow, step, programId } = subject
  const before = latestOf(latest, key) ?? null
  const recommendation = newlyTold(before, experiment)
  return {
    latest: setLatest(latest, key, told === null ? null : (recommendation ?? before), mostExperiments),
    changes: recommendation === null ? [] : [{ workflow, step, programId, experiment: key, recommendation, before }],
  }
}

/** The changes of what experiments recommend, out of the experiments whenever they learn. */
export const recommendationsOf$ = (experiments$: Observable<Experiment>): Observable<RecommendationChange> =>
  experiments$.pipe(
    scan(addToRecommendations, noRecommendations),
    concatMap(({ changes }) => from(changes)),
  )
