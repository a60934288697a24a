import * as Effect from "effect/Effect"
import type { Candidate } from "../../Program.ts"
import { meanScore } from "./meanScore.ts"
import { OptimizationBench, OptimizationError, type OptimizationTask, type Optimizer } from "./Optimizer.ts"

/** Demos unless told otherwise. */
const usualDemos = 8

/**
 * For each input the most similar rows of the whole training set as demos: DSPy's KNNFewShot without its teacher, so
 * that serving asks the model once. How many is chosen on the validation set among the number wanted, a half and a
 * quarter of it; the fewest of equals. Where the budget does not allow for that, as many as are wanted.
 */
export const knnFewShot: Optimizer = {
  name: "knn_few_shot",
  writesInstructions: false,
  leastCalls: () => 0,
  optimize: Effect.fnUntraced(function* (task) {
    const { student, trainset, settings } = task
    const bench = yield* OptimizationBench
    const most = Math.min(settings.maxDemos ?? usualDemos, trainset.length)
    if (most < 1) return yield* noDemos(settings.maxDemos)
    const rows = yield* bench.keepRows(trainset)
    const withDemos = (k: number): Candidate => ({
      ...student,
      demos: [],
      retrieval: { k, rows, count: trainset.length },
    })
    const chosen = yield* chooseCount(task, most, withDemos)
    return {
      candidate: withDemos(chosen?.k ?? most),
      validationScore: chosen?.score ?? null,
      trials: chosen?.trials ?? 1,
    }
  }),
}

const chooseCount = Effect.fnUntraced(function* (
  { valset }: OptimizationTask,
  most: number,
  withDemos: (k: number) => Candidate,
) {
  const bench = yield* OptimizationBench
  const counts = [...new Set([most / 4, most / 2, most].map(Math.ceil))]
  if (valset.length === 0 || (yield* bench.callsLeft) < valset.length * counts.length) return null
  let best = { k: most, score: -1 }
  for (const [index, k] of counts.entries()) {
    const trials = yield* Effect.catchIf(
      bench.run(withDemos(k), valset),
      ({ reason }) => reason === "budget_exhausted",
      () => Effect.succeed(null),
    )
    if (trials === null) return null
    const score = meanScore(trials)
    if (score > best.score) best = { k, score }
    yield* bench.progress({
      trial: index + 1,
      trials: counts.length,
      bestScore: best.score,
      note: `${k} nearest rows as demos`,
    })
  }
  return { ...best, trials: counts.length }
})

const noDemos = (maxDemos: number | undefined) =>
  new OptimizationError({
    reason: maxDemos === undefined || maxDemos > 0 ? "invalid_data" : "configuration",
    message:
      maxDemos === undefined || maxDemos > 0
        ? "knn_few_shot picks demos from the training rows, and there are none."
        : "knn_few_shot needs at least one demo: pass --demos 1 or more.",
  })
