import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Example } from "../../Example.ts"
import type { Candidate, Demo } from "../../Program.ts"
import { demoOf } from "./demos.ts"
import { OptimizationBench, type OptimizationError, type Trial } from "./Optimizer.ts"

/** How demos are made from a teacher's answers. */
export interface Bootstrapping {
  readonly student: Candidate
  /** What the teacher sees; an example is never shown its own answer. */
  readonly taught: ReadonlyArray<Example>
  /** Tried in this order. */
  readonly trainset: ReadonlyArray<Example>
  readonly wanted: number
  /** Tries of an example; from the second on at temperature 1. */
  readonly rounds: number
  /** An answer counts from this score on. */
  readonly threshold: number
}

export interface Bootstrapped {
  readonly demos: ReadonlyArray<Demo>
  /** The examples that they were made from. */
  readonly examples: ReadonlySet<Example>
}

/** Tasks that the model hardly ever solves are given up after this many tries for each demo that is wanted. */
const triesPerDemo = 12

/**
 * The teacher's own answers as demos, of the first examples on which it scores well enough (DSPy's BootstrapFewShot).
 * As many are tried at the same time as are still wanted, so none is tried that one after the other would have spared.
 * Ends with what it has where the budget does.
 */
export const bootstrapDemos = Effect.fnUntraced(function* (
  bootstrapping: Bootstrapping,
): Effect.fn.Return<Bootstrapped, OptimizationError, OptimizationBench> {
  const { trainset, wanted } = bootstrapping
  const rows = trainset.slice(0, wanted * triesPerDemo)
  const found = new Map<Example, Demo>()
  for (let next = 0; found.size < wanted && next < rows.length; ) {
    const wave = rows.slice(next, next + wanted - found.size)
    next += wave.length
    const solved = yield* Effect.result(solve(wave, bootstrapping))
    if (Result.isFailure(solved)) {
      if (solved.failure.reason === "budget_exhausted") break
      return yield* solved.failure
    }
    for (const example of wave) {
      const demo = solved.success.get(example)
      if (demo !== undefined) found.set(example, demo)
    }
  }
  return { demos: [...found.values()], examples: new Set(found.keys()) }
})

/** The demos of those examples that were solved within the rounds. */
const solve = Effect.fnUntraced(function* (
  wave: ReadonlyArray<Example>,
  { rounds, threshold, ...rest }: Bootstrapping,
) {
  const solved = new Map<Example, Demo>()
  for (let round = 0; round < rounds; round++) {
    const open = wave.filter((example) => !solved.has(example))
    for (const { example, outputs, score } of yield* tryAll(open, rest, round)) {
      if (outputs !== null && score >= threshold) {
        solved.set(example, { inputs: example.inputs, outputs, augmented: true })
      }
    }
  }
  return solved
})

const tryAll = Effect.fnUntraced(function* (
  examples: ReadonlyArray<Example>,
  { student, taught }: Pick<Bootstrapping, "student" | "taught">,
  rollout: number,
) {
  const bench = yield* OptimizationBench
  const teach = (rows: ReadonlyArray<Example>): Candidate => ({ ...student, demos: rows.map(demoOf) })
  const unseen = examples.filter((example) => !taught.includes(example))
  const trials: Array<Trial> = []
  if (unseen.length > 0) trials.push(...(yield* bench.run(teach(taught), unseen, { rollout })))
  for (const example of examples.filter((each) => taught.includes(each))) {
    trials.push(...(yield* bench.run(teach(taught.filter((each) => each !== example)), [example], { rollout })))
  }
  return trials
})
