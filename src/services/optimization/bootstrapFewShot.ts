import * as Effect from "effect/Effect"
import type { Example } from "../../Example.ts"
import type { Candidate } from "../../Program.ts"
import { bootstrapDemos } from "./bootstrapDemos.ts"
import { demoCounts, demoOf } from "./demos.ts"
import type { OptimizationBench, OptimizationError, OptimizationTask, Optimizer } from "./Optimizer.ts"
import { seededRandom } from "./seededRandom.ts"

/** Demos from the model's own good answers, filled up with labelled ones (DSPy's BootstrapFewShot). */
export const bootstrapFewShot: Optimizer = {
  name: "bootstrap_few_shot",
  writesInstructions: false,
  leastCalls: ({ settings, trainset }) => Math.min(demoCounts(settings).bootstrapped, trainset.length),
  optimize: (task) =>
    Effect.map(bootstrapped(task, task), (candidate) => ({ candidate, validationScore: null, trials: 1 })),
}

/** The student with bootstrapped demos first and, as far as there is room, labelled ones that no bootstrapped one was made from. */
export const bootstrapped = Effect.fnUntraced(function* (
  { student, settings }: Pick<OptimizationTask, "student" | "settings">,
  {
    trainset,
    seed,
    most,
  }: { readonly trainset: ReadonlyArray<Example>; readonly seed: number; readonly most?: number },
): Effect.fn.Return<Candidate, OptimizationError, OptimizationBench> {
  const counts = demoCounts(settings)
  const random = seededRandom(seed)
  const { demos, examples } = yield* bootstrapDemos({
    student,
    taught: random.sample(trainset, counts.labeled),
    trainset,
    wanted: Math.min(most ?? counts.bootstrapped, counts.bootstrapped),
    rounds: settings.maxRounds ?? 1,
    threshold: settings.scoreThreshold ?? 1,
  })
  const others = trainset.filter((example) => !examples.has(example))
  const labelled = random.sample(others, counts.labeled - demos.length)
  return { ...student, demos: [...demos, ...labelled.map(demoOf)] }
})
