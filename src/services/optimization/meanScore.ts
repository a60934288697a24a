import type { Trial } from "./Optimizer.ts"

/** 0 for no trials. */
export const meanScore = (trials: ReadonlyArray<Pick<Trial, "score">>): number =>
  trials.length === 0 ? 0 : trials.reduce((sum, { score }) => sum + score, 0) / trials.length
