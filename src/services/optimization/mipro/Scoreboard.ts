import { meanScore } from "../meanScore.ts"
import type { Observation } from "./suggestByTpe.ts"

type Choice = Observation["choice"]

/** What is known of each combination. */
export interface Scoreboard {
  /** Trials and validations alike, in order. */
  readonly observations: ReadonlyArray<Observation>
  /** Trials on minibatches, by choice. */
  readonly tried: ReadonlyMap<string, ReadonlyArray<Observation>>
  /** On all rows, by choice. */
  readonly validated: ReadonlyMap<string, Observation>
}

export const addTrial = (board: Scoreboard, choice: Choice, score: number): Scoreboard => {
  const trials = [...(board.tried.get(keyOf(choice)) ?? []), { choice, score }]
  return {
    ...board,
    observations: [...board.observations, { choice, score }],
    tried: new Map(board.tried).set(keyOf(choice), trials),
  }
}

export const addValidation = (board: Scoreboard, choice: Choice, score: number): Scoreboard => ({
  ...board,
  observations: [...board.observations, { choice, score }],
  validated: new Map(board.validated).set(keyOf(choice), { choice, score }),
})

/** The best mean over its minibatches of those not validated yet, the earliest of equals; null where there is none. */
export const bestAverage = ({ tried, validated }: Scoreboard): Choice | null =>
  highest(
    [...tried]
      .filter(([key]) => !validated.has(key))
      .flatMap(([, trials]) => trials.slice(0, 1).map(({ choice }) => ({ choice, score: meanScore(trials) }))),
  )?.choice ?? null

/** The best on all rows, the earliest of equals. */
export const bestValidated = ({ validated }: Scoreboard): Observation =>
  highest([...validated.values()]) ?? { choice: [], score: 0 }

const highest = (observations: ReadonlyArray<Observation>): Observation | undefined =>
  observations.toSorted((a, b) => b.score - a.score)[0]

const keyOf = (choice: Choice): string => choice.join()
