import { describe, expect, it } from "vitest"
import {
  addTrial,
  addValidation,
  bestAverage,
  bestValidated,
  type Scoreboard,
} from "../../../../src/services/optimization/mipro/Scoreboard.ts"

const empty: Scoreboard = { observations: [], tried: new Map(), validated: new Map() }

describe("Scoreboard", () => {
  it("names for validation the best average of those not validated yet, until none is left", () => {
    const lucky = addTrial(addTrial(addTrial(empty, [0, 1], 1), [0, 1], 0), [1, 0], 0.6)

    const afterOne = addValidation(lucky, [1, 0], 0.4)
    const afterBoth = addValidation(afterOne, [0, 1], 0.5)

    expect(bestAverage(lucky)).toEqual([1, 0])
    expect(bestAverage(afterOne)).toEqual([0, 1])
    expect(bestAverage(afterBoth)).toBeNull()
  })

  it("takes the best of the validated, the earliest of equals, however good a minibatch was", () => {
    const board = addTrial(addValidation(addValidation(empty, [0, 0], 0.7), [2, 2], 0.7), [1, 1], 1)

    expect(bestValidated(board)).toEqual({ choice: [0, 0], score: 0.7 })
  })

  it("keeps trials and validations in order, for the search to learn from", () => {
    const board = addTrial(addValidation(empty, [0, 0], 0.5), [0, 1], 0.9)

    expect(board.observations).toEqual([
      { choice: [0, 0], score: 0.5 },
      { choice: [0, 1], score: 0.9 },
    ])
    expect(empty.observations).toEqual([])
  })
})
