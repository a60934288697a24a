import type { TrackTotals } from "../Experiment.ts"
import { emptySketch } from "../statistics/latencySketch.ts"

/** A track that nothing was charged to. */
export const noTrackTotals: TrackTotals = {
  n: 0,
  answered: 0,
  judged: 0,
  quality: 0,
  priced: 0,
  costUsd: 0,
  tokens: 0,
  latencyMs: emptySketch,
}
