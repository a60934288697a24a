import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Candidate } from "../../Program.ts"
import { bootstrapped } from "./bootstrapFewShot.ts"
import { demoCounts } from "./demos.ts"
import { withLabeledDemos } from "./labeledFewShot.ts"
import { meanScore } from "./meanScore.ts"
import { OptimizationBench, type OptimizationError, type OptimizationTask, type Optimizer } from "./Optimizer.ts"
import { seededRandom } from "./seededRandom.ts"
import { validationRows } from "./validationRows.ts"

/**
 * The best on the validation set of: no demos, labelled demos, bootstrapped demos, and bootstrapped demos of
 * differently shuffled and sized draws, 16 unless told (DSPy's BootstrapFewShotWithRandomSearch). The first of equals
 * wins; a candidate without a mistake ends the search, and so does the budget.
 */
export const randomSearch: Optimizer = {
  name: "bootstrap_few_shot_random_search",
  writesInstructions: false,
  leastCalls: (task) => 2 * validationRows(task).length,
  optimize: Effect.fnUntraced(function* (task) {
    const bench = yield* OptimizationBench
    const makers = candidateMakers(task)
    let best: Evaluated | undefined
    let trials = 0
    for (const { note, make } of makers) {
      const evaluated = yield* Effect.result(evaluate(make, task))
      if (Result.isFailure(evaluated)) {
        if (evaluated.failure.reason === "budget_exhausted" && best !== undefined) break
        return yield* evaluated.failure
      }
      trials += 1
      if (best === undefined || evaluated.success.score > best.score) best = evaluated.success
      yield* bench.progress({ trial: trials, trials: makers.length, bestScore: best.score, note })
      if (best.score === 1) break
    }
    return { candidate: best?.candidate ?? task.student, validationScore: best?.score ?? null, trials }
  }),
}

interface Evaluated {
  readonly candidate: Candidate
  readonly score: number
}

interface CandidateMaker {
  readonly note: string
  readonly make: Effect.Effect<Candidate, OptimizationError, OptimizationBench>
}

const candidateMakers = (task: OptimizationTask): ReadonlyArray<CandidateMaker> => {
  const { student, trainset, settings, seed } = task
  const { bootstrapped: mostBootstrapped, labeled } = demoCounts(settings)
  const plain: CandidateMaker = { note: "no demos", make: Effect.succeed({ ...student, demos: [] }) }
  if (labeled === 0 && mostBootstrapped === 0) return [plain]
  const labelled: CandidateMaker = {
    note: "labelled demos",
    make: Effect.sync(() => withLabeledDemos(student, trainset, labeled, seededRandom(seed))),
  }
  const unshuffled: CandidateMaker = { note: "bootstrapped demos", make: bootstrapped(task, { trainset, seed }) }
  const shuffled = Array.from({ length: settings.candidates ?? 16 }, (_, draw): CandidateMaker => {
    const random = seededRandom(seed + draw + 1)
    return {
      note: `bootstrapped demos, draw ${draw + 1}`,
      make: Effect.suspend(() =>
        bootstrapped(task, {
          trainset: random.shuffled(trainset),
          most: mostBootstrapped === 0 ? 0 : random.between(1, mostBootstrapped),
          seed: random.between(0, 0x7fffffff),
        }),
      ),
    }
  })
  return [plain, labelled, unshuffled, ...shuffled]
}

const evaluate = Effect.fnUntraced(function* (
  make: CandidateMaker["make"],
  task: OptimizationTask,
): Effect.fn.Return<Evaluated, OptimizationError, OptimizationBench> {
  const bench = yield* OptimizationBench
  const candidate = yield* make
  return { candidate, score: meanScore(yield* bench.run(candidate, validationRows(task))) }
})
