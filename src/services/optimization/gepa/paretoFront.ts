import type { SeededRandom } from "../seededRandom.ts"

/** Scores of each member of a pool on each validation row: `scores[member][row]`. */
export type PoolScores = ReadonlyArray<ReadonlyArray<number>>

/**
 * How many rows each member of the front wins. A member is on the front if, of all that are on it, it alone is best on
 * some row; every row keeps one of its best. So a specialist stays however poor its mean, and members whose every win is
 * shared go, the worst mean first and the latest of equals (GEPA, arXiv 2507.19457, algorithm 2, with the package's
 * reading of dominance).
 */
export const paretoWins = (scores: PoolScores): ReadonlyMap<number, number> => {
  const winners = winnersByRow(scores)
  const order = scores
    .map((row, member) => ({ member, mean: meanOf(row) }))
    .toSorted((a, b) => a.mean - b.mean || b.member - a.member)
  for (const { member } of order) {
    const won = winners.filter((best) => best.has(member))
    if (won.every((best) => best.size > 1)) won.forEach((best) => best.delete(member))
  }
  return countWins(winners)
}

/** A member of the front, drawn as often as it wins rows. */
export const drawParent = (wins: ReadonlyMap<number, number>, random: SeededRandom): number => {
  const tickets = [...wins].flatMap(([member, won]) => Array.from({ length: won }, () => member))
  return tickets[random.between(0, Math.max(0, tickets.length - 1))] ?? 0
}

export const meanOf = (scores: ReadonlyArray<number>): number =>
  scores.length === 0 ? 0 : sumOf(scores) / scores.length

export const sumOf = (scores: ReadonlyArray<number>): number => scores.reduce((sum, score) => sum + score, 0)

const winnersByRow = (scores: PoolScores): ReadonlyArray<Set<number>> =>
  (scores[0] ?? []).map((_, row) => {
    const best = Math.max(...scores.map((member) => member[row] ?? 0))
    return new Set(scores.flatMap((member, at) => ((member[row] ?? 0) === best ? [at] : [])))
  })

const countWins = (winners: ReadonlyArray<ReadonlySet<number>>): ReadonlyMap<number, number> => {
  const wins = new Map<number, number>()
  for (const member of winners.flatMap((best) => [...best]).toSorted((a, b) => a - b)) {
    wins.set(member, (wins.get(member) ?? 0) + 1)
  }
  return wins
}
