import { describe, expect, test } from "vitest"
import type { Experiment } from "../../../src/Experiment.ts"
import { addJudgement } from "../../../src/streams/experiment/addObservation.ts"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"
import { answer, at, circumstances, failure, fold, rescued, single, subject, times } from "./observations.ts"

const delayed = { subject: { ...subject, assessor: "feedback", delayed: true } }
const empty = newExperiment(delayed.subject, at)

const unjudged = (track: "traditional" | "optimized") => single(track, answer(null), delayed)
const judged = (track: "traditional" | "optimized", quality: number) => single(track, answer(quality), delayed)

const judge = (experiment: Experiment, track: "traditional" | "optimized", quality: number, freshUnit = true) =>
  addJudgement(experiment, judged(track, quality), { ...circumstances, freshUnit })

describe("where people judge later", () => {
  test("an answer counts at once for how it came about, and for its quality when it is judged", () => {
    const before = fold([unjudged("optimized")], { from: empty })

    const after = judge(before, "optimized", 0.75)

    expect(before.tracks.optimized).toMatchObject({ n: 1, answered: 1, judged: 0, quality: 0 })
    expect(before.evidence.quality).toEqual([])
    expect(after.tracks.optimized).toMatchObject({ n: 1, answered: 1, judged: 1, quality: 0.75 })
    expect(after.evidence.success).toEqual(before.evidence.success)
    expect(after.evidence.cost).toEqual(before.evidence.cost)
    expect(after.served).toEqual(before.served)
    expect(after.doublyRobust.n).toBe(1)
  })

  test("a judged answer leaves what one that was judged at once would have left", () => {
    const { updatedAt: _, ...later } = judge(fold([unjudged("traditional")], { from: empty }), "traditional", 0.5)
    const { updatedAt: __, ...atOnce } = fold([judged("traditional", 0.5)], { from: empty })

    expect(later).toEqual(atOnce)
  })

  test("answers that nobody judges decide nothing", () => {
    const unheard = fold(times(200, [unjudged("traditional"), unjudged("optimized")]).flat(), { from: empty })

    expect(unheard).toMatchObject({ verdict: null, interval: [-1, 1], recommendation: null })
    expect(unheard.tracks.traditional).toMatchObject({ n: 200, judged: 0 })
  })

  test("feedback alone calls the winner", () => {
    const answered = fold(times(60, [unjudged("traditional"), unjudged("optimized")]).flat(), { from: empty })

    const heard = times(60, null).reduce<Experiment>(
      (experiment) => judge(judge(experiment, "traditional", 0), "optimized", 1),
      answered,
    )

    expect(heard).toMatchObject({ verdict: { winner: "optimized" }, recommendation: { verdict: "recommend_dspy" } })
  })

  test("what is said to a unit that was counted before is not counted", () => {
    const before = fold([unjudged("optimized")], { from: empty })

    const after = judge(before, "optimized", 1, false)

    expect(after.evidence).toEqual(before.evidence)
    expect(after.tracks).toEqual(before.tracks)
  })

  test("a failure counts as quality 0 without anybody's word", () => {
    const { tracks } = fold([rescued(failure(), answer(null), delayed)], { from: empty })

    expect(tracks.optimized).toMatchObject({ n: 1, answered: 0, judged: 1, quality: 0 })
  })

  test("bad feedback on a winner asks the question anew", () => {
    const won = fold(times(60, [judged("traditional", 0), judged("optimized", 1)]).flat(), { from: empty })

    const disliked = times(100, null).reduce<Experiment>((experiment) => judge(experiment, "optimized", 0), won)

    expect(won.verdict).toMatchObject({ winner: "optimized" })
    expect(disliked.epoch).toBe(2)
  })
})
