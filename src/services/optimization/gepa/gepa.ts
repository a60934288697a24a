import * as Effect from "effect/Effect"
import {
  OptimizationBench,
  type OptimizationError,
  type OptimizationTask,
  type Optimized,
  type Optimizer,
} from "../Optimizer.ts"
import { requireWriter } from "../requireWriter.ts"
import { validationRows } from "../validationRows.ts"
import { merge } from "./merge.ts"
import { meanOf } from "./paretoFront.ts"
import { type MergePlan, planMerge, trialRows } from "./planMerge.ts"
import { reflect } from "./reflect.ts"
import { type Member, minibatchRows, openSearch, type Round, type Search } from "./Search.ts"

/**
 * Reflective instruction evolution over a Pareto front (GEPA, arXiv 2507.19457). Changes the instructions only; demos
 * stay as they are. Takes the best by mean validation score, the earliest of equals. Ends when the calls left do not
 * suffice for a whole round, after `maxRounds`, or with a candidate without a mistake.
 */
export const gepa: Optimizer = {
  name: "gepa",
  writesInstructions: true,
  leastCalls: (task) => validationRows(task).length + roundCalls(task),
  optimize: Effect.fnUntraced(function* (task) {
    yield* requireWriter("gepa", task)
    const search = yield* openSearch(task)
    const trials = yield* search.run(task.student, search.rows)
    const student: Member = { candidate: task.student, scores: trials.map(({ score }) => score), parents: [] }
    return yield* evolve(task, search, student)
  }),
}

/** Merges that are tried at most, as in DSPy. */
const mostMerges = 5

/** Refusals one after the other that end the search. */
const mostRefusals = 3

const evolve = Effect.fnUntraced(function* (
  task: OptimizationTask,
  search: Search,
  student: Member,
): Effect.fn.Return<Optimized, OptimizationError, OptimizationBench> {
  const bench = yield* OptimizationBench
  const { maxRounds = Number.POSITIVE_INFINITY } = task.settings
  const pool = [student]
  const merged: Array<MergePlan> = []
  let mergesDue = 0
  let refusals = 0
  let trials = 1
  let wasAccepted = false
  yield* bench.progress({ trial: 0, bestScore: meanOf(student.scores), note: "the student as it is" })

  for (let number = 1; number <= maxRounds; number++) {
    if (bestOf(pool, student).score === 1 || (yield* search.callsLeft) < roundCalls(task)) break
    const isMergeTime: boolean = wasAccepted && mergesDue > 0 && merged.length < mostMerges
    const plan: MergePlan | null = isMergeTime ? planMerge(pool, search.random, merged) : null
    const round: Round | null = yield* play(search, pool, plan)
    if (round === null) break
    refusals = round._tag === "Refused" ? refusals + 1 : 0
    if (round._tag === "Refused" && refusals === mostRefusals) return yield* round.error

    trials += 1
    wasAccepted = round._tag === "Accepted"
    if (plan !== null) merged.push(plan)
    if (round._tag === "Accepted") {
      pool.push(round.member)
      mergesDue += plan === null ? 1 : -1
    }
    const note = round._tag === "Refused" ? `the model refused: ${round.error.message}` : round.note
    yield* bench.progress({ trial: number, bestScore: bestOf(pool, student).score, note })
  }
  const { candidate, score } = bestOf(pool, student)
  return { candidate, validationScore: score, trials }
})

/** One round; null where the budget ended it. */
const play = (search: Search, pool: ReadonlyArray<Member>, plan: MergePlan | null) =>
  Effect.catchIf(
    plan === null ? reflect(search, pool) : merge(search, pool, plan),
    ({ reason }) => reason === "budget_exhausted",
    () => Effect.succeed(null),
  )

/** Calls that a round takes at most: parent and child on a minibatch or a merge on its rows, a question, a validation. */
const roundCalls = (task: OptimizationTask): number =>
  Math.max(2 * Math.min(minibatchRows, task.trainset.length), trialRows) + 1 + validationRows(task).length

const bestOf = (pool: ReadonlyArray<Member>, student: Member) => {
  const best = pool.reduce((held, member) => (meanOf(member.scores) > meanOf(held.scores) ? member : held), student)
  return { candidate: best.candidate, score: meanOf(best.scores) }
}
