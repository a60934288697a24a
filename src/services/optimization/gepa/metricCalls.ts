/** What DSPy's `auto="light"` tries. */
const lightCandidates = 6

/**
 * Rows that DSPy's GEPA scores for as many candidates as its settings `auto` mean (light 6, medium 12, heavy 18) on a
 * task of one predictor: the whole validation set at first and after every fifth trial, five tries for each candidate,
 * and minibatches counted as 35 rows.
 */
export const metricCalls = (validationRows: number, candidates: number = lightCandidates): number => {
  const trials = Math.floor(Math.max(4 * Math.log2(candidates), 1.5 * candidates))
  const validations = 1 + Math.floor((trials + 1) / 5) + 1 + (trials < 5 ? 1 : 0)
  return validations * validationRows + candidates * 5 + trials * 35
}
