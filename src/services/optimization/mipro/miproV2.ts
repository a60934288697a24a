import * as Effect from "effect/Effect"
import { keepingCalls } from "../keepingCalls.ts"
import { meanScore } from "../meanScore.ts"
import { OptimizationBench, type OptimizationTask, type Optimizer } from "../Optimizer.ts"
import { requireWriter } from "../requireWriter.ts"
import { seededRandom } from "../seededRandom.ts"
import { describeData } from "./describeData.ts"
import { drawDemoSets } from "./drawDemoSets.ts"
import { leastMiproCalls, type MiproPlan, miproPlan, searchCalls } from "./miproPlan.ts"
import { searchCombinations, type Space } from "./searchCombinations.ts"
import { writeInstructions } from "./writeInstructions.ts"

/**
 * Instructions and demos together (MIPROv2, arXiv 2406.11695): demo sets are bootstrapped, instructions proposed from
 * them and from a summary of the data, and a Bayesian search finds the best combination. Takes the best of those scored
 * on all validation rows, of which there are at most 100 unless `candidates` is set. `maxRounds` are tries of an
 * example when demos are bootstrapped.
 */
export const miproV2: Optimizer = {
  name: "mipro_v2",
  writesInstructions: true,
  leastCalls: leastMiproCalls,
  optimize: Effect.fnUntraced(function* (task) {
    yield* requireWriter("mipro_v2", task)
    const bench = yield* OptimizationBench
    const random = seededRandom(task.seed)
    const plan = miproPlan(task, random)
    const studentScore = meanScore(yield* bench.run(task.student, plan.rows))
    yield* bench.progress({ trial: 0, trials: plan.trials, bestScore: studentScore, note: "the student as it is" })
    const demoSets = yield* Effect.provideService(
      drawDemoSets(task, plan, random),
      OptimizationBench,
      keepingCalls(bench, yield* callsAfterDemos(plan)),
    )
    const tell = (note: string) => bench.progress({ trial: 0, trials: plan.trials, bestScore: studentScore, note })
    yield* tell(`${demoSets.length} sets of demos`)
    const instructions = yield* Effect.provideService(
      proposals(task, plan, demoSets, random),
      OptimizationBench,
      keepingCalls(bench, searchCalls(plan.rows.length)),
    )
    yield* tell(`${instructions.length} instructions`)
    const isZeroShot = plan.demos.bootstrapped === 0 && plan.demos.labeled === 0
    const space: Space = { student: task.student, instructions, demoSets: isZeroShot ? [task.student.demos] : demoSets }
    return yield* searchCombinations(space, plan, studentScore, random)
  }),
}

/** Calls for questions and the search, at least half of those left. */
const callsAfterDemos = Effect.fnUntraced(function* ({ rows, instructions }: MiproPlan) {
  const bench = yield* OptimizationBench
  const left = yield* bench.callsLeft
  return Number.isFinite(left) ? Math.max(Math.ceil(left / 2), instructions + 1 + searchCalls(rows.length)) : 0
})

const proposals = Effect.fnUntraced(function* (
  { signature, student }: OptimizationTask,
  { trainset, instructions: count }: MiproPlan,
  demoSets: Space["demoSets"],
  random: ReturnType<typeof seededRandom>,
) {
  const bench = yield* OptimizationBench
  const dataSummary = yield* Effect.provideService(
    describeData(signature, trainset),
    OptimizationBench,
    keepingCalls(bench, count - 1),
  )
  return yield* writeInstructions(
    { signature, instructions: student.instructions, demoSets, dataSummary, count },
    random,
  )
})
