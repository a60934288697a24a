import type { Experiment, TrackTotals } from "../../Experiment.ts"
import type { ExperimentReport, TrackReport } from "../../ExperimentReport.ts"
import type { ExperimentControl } from "../../Route.ts"
import { eValue } from "../../statistics/evidence.ts"
import { decidedJointly } from "../../statistics/jointly.ts"
import { trackFigures } from "../trackFigures.ts"
import { experimentComparison } from "./experimentComparison.ts"
import { standingOf } from "./standing.ts"

/**
 * All experiments as `experiments --json` prints them, in their order. `controls` is by the key of the experiment; what it
 * does not name is running.
 */
export const experimentReports = (
  experiments: ReadonlyArray<Experiment>,
  controls: ReadonlyMap<string, ExperimentControl>,
): ReadonlyArray<ExperimentReport> => {
  const decided = decidedJointly(experiments.map(({ evidence }) => eValue(evidence.quality)))
  return experiments.map((experiment, index) =>
    experimentReport(experiment, {
      control: controls.get(experiment.key) ?? "running",
      decidedJointly: decided[index] ?? false,
    }),
  )
}

/** What a report says that the experiment by itself does not know. */
export interface ReportedWith {
  readonly control: ExperimentControl
  readonly decidedJointly: boolean
}

/** One experiment as `experiments --json` prints it. */
export const experimentReport = (
  experiment: Experiment,
  { control, decidedJointly }: ReportedWith,
): ExperimentReport => {
  const { key, subject, epoch, startedAt, updatedAt, tracks, recommendation, verdict, guardrail } = experiment
  const { workflow, step, programId, model, assessor, compilationCostUsd } = subject
  const figures = { traditional: trackReport(tracks.traditional), optimized: trackReport(tracks.optimized) }
  const breakEvenRuns = runsToBreakEven(compilationCostUsd, figures)
  return {
    key,
    workflow,
    step,
    programId,
    model,
    assessor,
    epoch,
    startedAt,
    updatedAt,
    control,
    tracks: figures,
    comparison: experimentComparison(experiment, figures, decidedJointly),
    recommendation,
    verdict,
    guardrail,
    canaryShare: standingOf(experiment).canaryShare,
    ...(breakEvenRuns === null ? {} : { breakEvenRuns }),
  }
}

const trackReport = (totals: TrackTotals): TrackReport => {
  const { latencyMs, ...figures } = trackFigures(totals)
  return { ...figures, latencyMs: latencyMs === null ? null : { p50: latencyMs.p50, p95: latencyMs.p95 } }
}

/** What floating point may add to a whole number of runs. */
const rounding = 1e-9

/** Null where a cost is not known, or nothing is saved. */
const runsToBreakEven = (
  compilationCostUsd: number | null,
  { traditional, optimized }: ExperimentReport["tracks"],
): number | null => {
  if (compilationCostUsd === 0) return 0
  if (compilationCostUsd === null || traditional.costUsd === null || optimized.costUsd === null) return null
  const saving = traditional.costUsd - optimized.costUsd
  const runs = Math.ceil((compilationCostUsd / saving) * (1 - rounding))
  return saving > 0 && Number.isSafeInteger(runs) ? runs : null
}
