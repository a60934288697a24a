import type { TrackTotals } from "../Experiment.ts"
import { quantileOf, type Sketch } from "../statistics/latencySketch.ts"

/** Rates and means of what one track did; null where nothing is known. */
export const trackFigures = ({ n, answered, judged, quality, priced, costUsd, latencyMs }: TrackTotals) => ({
  n,
  quality: ratio(quality, judged),
  successRate: ratio(answered, n),
  costUsd: ratio(costUsd, priced),
  latencyMs: latencyFigures(latencyMs),
})

/** Null of nothing. */
export const ratio = (sum: number, count: number): number | null => (count === 0 ? null : sum / count)

const latencyFigures = (
  sketch: Sketch,
): { readonly p50: number; readonly p95: number; readonly p99: number } | null => {
  const [p50, p95, p99] = [quantileOf(sketch, 0.5), quantileOf(sketch, 0.95), quantileOf(sketch, 0.99)]
  return p50 === null || p95 === null || p99 === null ? null : { p50, p95, p99 }
}
