import type { TrackTotals } from "../../Experiment.ts"
import type { ComparisonTotals, FallbackTotals, StepMetrics, StepTotals, Sum } from "../../StepMetrics.ts"
import type { MetricsSpan, StepMetricsReport, TrackMetricsReport } from "../../StepMetricsReport.ts"
import { ratio, trackFigures } from "../trackFigures.ts"
import { isoOf, windowTimes, windowTotals } from "./metricsWindow.ts"

/** The metrics of one step, to be read; the window ends with the bucket `end`. The same object as long as it would say the same. */
export const stepMetricsReport = (metrics: StepMetrics, end: number): StepMetricsReport => {
  const known = made.get(metrics)
  if (known?.end === end) return known.report
  const { workflow, step, latestMs, lifetime, buckets } = metrics
  const report: StepMetricsReport = {
    workflow,
    step,
    latestAt: isoOf(latestMs),
    lifetime: spanOf(lifetime),
    window: { ...windowTimes(end), ...spanOf(windowTotals(buckets, end)) },
  }
  made.set(metrics, { end, report })
  return report
}

const made = new WeakMap<StepMetrics, { readonly end: number; readonly report: StepMetricsReport }>()

const spanOf = ({ ends, tracks, unreached, comparisons, fallbacks }: StepTotals): MetricsSpan => ({
  n: ends.n,
  completed: ends.completed,
  successRate: ratio(ends.completed, ends.n),
  priced: ends.priced,
  costUsd: ratio(ends.costUsd, ends.priced),
  totalCostUsd: ends.costUsd,
  tracks: { traditional: trackOf(tracks.traditional), optimized: trackOf(tracks.optimized) },
  unreached,
  comparisons: comparisonsOf(comparisons),
  fallbacks: fallbacksOf(fallbacks),
})

const trackOf = (totals: TrackTotals): TrackMetricsReport => ({
  ...trackFigures(totals),
  answered: totals.answered,
  judged: totals.judged,
  priced: totals.priced,
  totalCostUsd: totals.costUsd,
  tokens: totals.tokens,
})

const comparisonsOf = ({
  n,
  winners,
  quality,
  costUsd,
  latencyMs,
  success,
}: ComparisonTotals): MetricsSpan["comparisons"] => ({
  n,
  winners,
  qualityDiff: meanOf(quality),
  costDiff: meanOf(costUsd),
  latencyDiffMs: meanOf(latencyMs),
  successRateDiff: meanOf(success),
})

const fallbacksOf = ({ n, causes, strategies }: FallbackTotals): MetricsSpan["fallbacks"] => ({
  n,
  causes: Object.fromEntries(causes),
  strategies: Object.fromEntries(strategies),
})

const meanOf = ({ n, sum }: Sum): number | null => ratio(sum, n)
