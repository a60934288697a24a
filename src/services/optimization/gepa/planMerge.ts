import type { SeededRandom } from "../seededRandom.ts"
import { meanOf, paretoWins } from "./paretoFront.ts"
import type { Member } from "./Search.ts"

/** Two members of the front to be merged, and what both come from; places in the pool. */
export interface MergePlan {
  readonly first: number
  readonly second: number
  readonly ancestor: number
}

/** Draws of a pair before there is none. */
const attempts = 10

/**
 * Two members of the Pareto front, neither an ancestor of the other, that were not merged before and have a common
 * ancestor no better than either; of several ancestors one is drawn by its mean score. Null where none turns up.
 */
export const planMerge = (
  pool: ReadonlyArray<Member>,
  random: SeededRandom,
  merged: ReadonlyArray<MergePlan>,
): MergePlan | null => {
  const front = [...paretoWins(pool.map(({ scores }) => scores)).keys()]
  const means = pool.map(({ scores }) => meanOf(scores))
  for (let attempt = 0; attempt < attempts; attempt++) {
    const [first, second] = random.sample(front, 2).toSorted((a, b) => a - b)
    if (first === undefined || second === undefined) return null
    if (merged.some((plan) => plan.first === first && plan.second === second)) continue
    const [ofFirst, ofSecond] = [ancestors(pool, first), ancestors(pool, second)]
    if (ofFirst.has(second) || ofSecond.has(first)) continue
    const least = Math.min(means[first] ?? 0, means[second] ?? 0)
    const ancestor = drawWeighted(
      [...ofFirst].filter((at) => ofSecond.has(at) && (means[at] ?? 0) <= least),
      (at) => means[at] ?? 0,
      random,
    )
    if (ancestor !== undefined) return { first, second, ancestor }
  }
  return null
}

/** Rows of the validation set that a merge is tried on first. */
export const trialRows = 5

/** Places of rows to try a merge on: as evenly as possible from those the first wins, those the second wins, and the rest. */
export const rowsForMerge = (
  first: ReadonlyArray<number>,
  second: ReadonlyArray<number>,
  random: SeededRandom,
): ReadonlyArray<number> => {
  const rows = [...first.keys()]
  const sign = (row: number) => Math.sign((first[row] ?? 0) - (second[row] ?? 0))
  const each = Math.ceil(trialRows / 3)
  const strata = [1, -1, 0].flatMap((wanted) =>
    random.sample(
      rows.filter((row) => sign(row) === wanted),
      each,
    ),
  )
  const chosen = strata.slice(0, trialRows)
  const others = rows.filter((row) => !chosen.includes(row))
  return [...chosen, ...random.sample(others, trialRows - chosen.length)]
}

const ancestors = (pool: ReadonlyArray<Member>, member: number): ReadonlySet<number> => {
  const found = new Set<number>()
  const add = (at: number): void =>
    pool[at]?.parents.forEach((parent) => {
      if (found.has(parent)) return
      found.add(parent)
      add(parent)
    })
  add(member)
  return found
}

/** In proportion to the weights; evenly where all are 0. */
const drawWeighted = <A>(items: ReadonlyArray<A>, weight: (item: A) => number, random: SeededRandom): A | undefined => {
  const total = items.reduce((sum, item) => sum + weight(item), 0)
  const weightOf = total > 0 ? (item: A) => weight(item) / total : () => 1 / items.length
  let left = random.fraction()
  return items.find((item) => (left -= weightOf(item)) < 0) ?? items.at(-1)
}
