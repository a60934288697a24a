import * as Effect from "effect/Effect"
import type { Demo } from "../../../Program.ts"
import { bootstrapped } from "../bootstrapFewShot.ts"
import { withLabeledDemos } from "../labeledFewShot.ts"
import type { OptimizationBench, OptimizationError, OptimizationTask } from "../Optimizer.ts"
import type { SeededRandom } from "../seededRandom.ts"
import type { MiproPlan } from "./miproPlan.ts"

export type DemoSet = ReadonlyArray<Demo>

/** Where only instructions are searched, this many bootstrapped demos show the task to who writes them. */
const shownToWriter = 3

/**
 * The sets of demos to choose from: the student's own first, then none, labelled ones, bootstrapped ones, and
 * bootstrapped ones of differently shuffled and sized draws. Equal sets are there once.
 */
export const drawDemoSets = Effect.fnUntraced(function* (
  task: OptimizationTask,
  plan: MiproPlan,
  random: SeededRandom,
): Effect.fn.Return<ReadonlyArray<DemoSet>, OptimizationError, OptimizationBench> {
  const { student } = task
  const { trainset } = plan
  const zeroShot = plan.demos.bootstrapped === 0 && plan.demos.labeled === 0
  const { bootstrapped: most, labeled } = zeroShot ? { bootstrapped: shownToWriter, labeled: 0 } : plan.demos
  const settings = {
    ...task.settings,
    maxDemos: Math.max(most, labeled),
    maxBootstrappedDemos: most,
    maxLabeledDemos: labeled,
  }
  const sets = [student.demos, []]
  if (labeled > 0) sets.push(withLabeledDemos(student, trainset, labeled, random).demos)
  const draws = zeroShot ? 1 : plan.demoSets + 1 - sets.length
  for (let draw = 0; draw < draws; draw++) {
    const rows = draw === 0 ? trainset : random.shuffled(trainset)
    const wanted = draw === 0 || most === 0 ? most : random.between(1, most)
    const seed = random.between(0, 0x7fffffff)
    const { demos } = yield* bootstrapped({ student, settings }, { trainset: rows, seed, most: wanted })
    sets.push(demos)
  }
  return distinct(sets).slice(0, plan.demoSets)
})

/** In the order of their first turn. */
const distinct = (sets: ReadonlyArray<DemoSet>): ReadonlyArray<DemoSet> => [
  ...new Map(sets.map((set) => [JSON.stringify(set), set])).values(),
]
