import * as Effect from "effect/Effect"
import type { Candidate } from "../../../Program.ts"
import { meanScore } from "../meanScore.ts"
import { OptimizationBench, type OptimizationError, type Optimized } from "../Optimizer.ts"
import type { SeededRandom } from "../seededRandom.ts"
import type { DemoSet } from "./drawDemoSets.ts"
import { type MiproPlan, searchCalls } from "./miproPlan.ts"
import { addTrial, addValidation, bestAverage, bestValidated, type Scoreboard } from "./Scoreboard.ts"
import { type Observation, suggestByTpe } from "./suggestByTpe.ts"

/** What is combined: instructions and demo sets, the student's own first. */
export interface Space {
  readonly student: Candidate
  readonly instructions: ReadonlyArray<string>
  readonly demoSets: ReadonlyArray<DemoSet>
}

/** Trials on minibatches between two validations of the best so far. */
const trialsPerValidation = 5

/**
 * Looks for the best combination by TPE. Where trials see a minibatch only, the one with the best average that was not
 * validated yet is scored on all rows after every fifth trial and at the end; only validated ones can win. No trial is
 * begun that would leave no calls for a last validation.
 */
export const searchCombinations = Effect.fnUntraced(function* (
  space: Space,
  plan: MiproPlan,
  studentScore: number,
  random: SeededRandom,
): Effect.fn.Return<Optimized, OptimizationError, OptimizationBench> {
  const bench = yield* OptimizationBench
  const sizes = [space.instructions.length, space.demoSets.length]
  const combinations = space.instructions.length * space.demoSets.length
  const isMinibatched = plan.trialRows < plan.rows.length
  let board: Scoreboard = addValidation(
    { observations: [], tried: new Map(), validated: new Map() },
    [0, 0],
    studentScore,
  )
  let trials = 0

  const validate = Effect.fnUntraced(function* (choice: Observation["choice"]) {
    const score = yield* scoreOf(candidateOf(space, choice), plan.rows)
    if (score !== null) board = addValidation(board, choice, score)
    return score !== null
  })

  while (trials < plan.trials && board.validated.size < combinations && bestValidated(board).score < 1) {
    if ((yield* bench.callsLeft) < searchCalls(plan.rows.length)) break
    const choice = suggestByTpe(board.observations, sizes, random)
    if (isMinibatched) {
      const score: number | null = yield* scoreOf(candidateOf(space, choice), random.sample(plan.rows, plan.trialRows))
      if (score === null) break
      board = addTrial(board, choice, score)
    } else if (!(yield* validate(choice))) break
    trials += 1
    const due = isMinibatched && trials % trialsPerValidation === 0 ? bestAverage(board) : null
    if (due !== null) yield* validate(due)
    yield* tell(board, trials, plan.trials, choice)
  }
  const last = isMinibatched && trials % trialsPerValidation !== 0 ? bestAverage(board) : null
  if (last !== null && (yield* validate(last))) yield* tell(board, trials, plan.trials, last)
  const best = bestValidated(board)
  return { candidate: candidateOf(space, best.choice), validationScore: best.score, trials: trials + 1 }
})

/** Mean score on these rows; null where the budget does not allow for it. */
const scoreOf = Effect.fnUntraced(function* (candidate: Candidate, rows: MiproPlan["rows"]) {
  const bench = yield* OptimizationBench
  return yield* bench.run(candidate, rows).pipe(
    Effect.map((trials) => meanScore(trials)),
    Effect.catchIf(
      ({ reason }) => reason === "budget_exhausted",
      () => Effect.succeed(null),
    ),
  )
})

const candidateOf = ({ student, instructions, demoSets }: Space, choice: Observation["choice"]): Candidate => {
  const [instruction = 0, demos = 0] = choice
  return {
    ...student,
    instructions: instructions[instruction] ?? student.instructions,
    demos: demoSets[demos] ?? student.demos,
  }
}

const tell = Effect.fnUntraced(function* (
  board: Scoreboard,
  trial: number,
  trials: number,
  [instruction = 0, demos = 0]: Observation["choice"],
) {
  const bench = yield* OptimizationBench
  const note = `instructions ${instruction + 1} with demo set ${demos + 1}`
  yield* bench.progress({ trial, trials, bestScore: bestValidated(board).score, note })
})
