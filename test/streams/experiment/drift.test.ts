import { describe, expect, test } from "vitest"
import { experimentChanges } from "../../../src/streams/experiment/experimentChanges.ts"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"
import { standingOf } from "../../../src/streams/experiment/standing.ts"
import {
  answer,
  at,
  failure,
  fold,
  pair,
  rescued,
  single,
  started,
  states,
  subject,
  times,
  wonBy,
} from "./observations.ts"

const withPrior = newExperiment({ ...subject, prior: { benefit: 0.3, n: 50 } }, at)
const won = fold(wonBy("optimized", 60), { from: withPrior })
const lost = fold(wonBy("traditional", 60), { from: withPrior })

const changesAlong = (way: ReturnType<typeof states>) =>
  way.slice(1).flatMap((after, index) => experimentChanges(way[index]!, after))

describe("a question is asked anew", () => {
  test("when the program's gain is gone, although it is as good as ever", () => {
    const { reopened, epoch } = fold(times(200, pair(answer(1), answer(1))), { from: won })

    expect(epoch).toBe(2)
    expect(reopened).toEqual({
      winner: "optimized",
      drift: "difference",
      because: "the program's gain fell below 0.1",
      at,
    })
  })

  test("when the program would bring a gain after all", () => {
    const lostAtHalf = fold(times(60, pair(answer(0.5), answer(0))))

    const { reopened } = fold(times(200, pair(answer(0.5), answer(1))), { from: lostAtHalf })

    expect(reopened).toMatchObject({
      winner: "traditional",
      because: "the gain that the program would bring rose above 0.1",
    })
  })

  test.each([
    ["optimized", won],
    ["traditional", lost],
  ] as const)("when the winner gets worse by itself: %s", (winner, experiment) => {
    const { reopened } = fold(times(200, single(winner, answer(0.6), { share: 0.5 })), { from: experiment })

    expect(reopened).toMatchObject({
      winner,
      drift: "winner",
      because: `the ${winner} track, which won at a quality of 1.00, fell more than 0.1 below that`,
    })
  })

  test("with nothing known: no evidence, no held-out score, but the share that the program has worked its way up to", () => {
    const way = states(times(200, pair(answer(1), answer(1))), won)

    const reopened = way.find(({ epoch }) => epoch === 2)!

    expect(standingOf(reopened)).toEqual({ ...standingOf(started), canaryShare: 1 })
    expect(reopened).toMatchObject({ prior: null, pairs: 0, drift: null, recommendation: null })
    expect(reopened.evidence).toEqual(started.evidence)
    expect(reopened.subject).toEqual(withPrior.subject)
  })

  test("and whoever watches is told, once", () => {
    const told = changesAlong(states(times(200, pair(answer(1), answer(1))), won))

    expect(told.filter(({ _tag }) => _tag === "ExperimentReopened" || _tag === "AlertRaised")).toEqual([
      {
        _tag: "ExperimentReopened",
        workflow: "w",
        step: "s",
        programId: "p1",
        experiment: won.key,
        winner: "optimized",
        drift: "difference",
        because: "the program's gain fell below 0.1",
      },
      {
        _tag: "AlertRaised",
        workflow: "w",
        step: "s",
        alert: "drift",
        message: "the question is open again: the program's gain fell below 0.1",
      },
    ])
  })

  test("and can be settled once more", () => {
    const reopened = fold(times(100, pair(answer(1), answer(1))), { from: won })

    const settled = fold(wonBy("traditional", 100), { from: reopened })

    expect(settled).toMatchObject({ epoch: 2, verdict: { winner: "traditional" } })
  })
})

describe("a question stays settled", () => {
  test("while all is as it was", () => {
    expect(fold(wonBy("optimized", 300), { from: won })).toMatchObject({ epoch: 1, verdict: won.verdict })
  })

  test("while its winner is but a little worse", () => {
    const alittle = times(300, single("optimized", answer(0.92)))

    expect(fold(alittle, { from: won })).toMatchObject({ epoch: 1, verdict: won.verdict })
  })

  test("through an outage, which the evidence counts all the same", () => {
    const outage = times(300, rescued(failure("dspy_unavailable"), answer(1)))

    const after = fold(outage, { from: won })

    expect(after).toMatchObject({ epoch: 1, verdict: won.verdict })
    expect(after.tracks.optimized).toMatchObject({ n: 360, answered: 60, quality: 60 })
  })

  test("whatever is executed without chance deciding", () => {
    const ordered = times(300, single("optimized", answer(0), { share: null }))

    expect(fold(ordered, { from: won })).toMatchObject({ epoch: 1, verdict: won.verdict })
  })
})
