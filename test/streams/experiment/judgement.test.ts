import { describe, expect, test } from "vitest"
import type { Experiment } from "../../../src/Experiment.ts"
import { addJudgement, addObservation } from "../../../src/streams/experiment/addObservation.ts"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"
import { seededRandom } from "../../../src/services/optimization/seededRandom.ts"
import { estimate } from "../../../src/statistics/evidence.ts"
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

  test("a failure counts as quality 0 without anybody's word, as often as answers are judged", () => {
    const failed = rescued(failure(), answer(null), delayed)
    const half = judge(fold(times(2, unjudged("optimized")), { from: empty }), "optimized", 1)

    const [byLot, notByLot] = [0.4, 0.6].map((rounding) => addObservation(half, failed, { ...circumstances, rounding }))

    expect(byLot?.tracks.optimized).toMatchObject({ n: 3, answered: 2, judged: 2, quality: 1 })
    expect(notByLot?.tracks.optimized).toMatchObject({ n: 3, answered: 2, judged: 1, quality: 1 })
    expect(notByLot?.evidence.success).toEqual(byLot?.evidence.success)
  })

  test("a failure decides nothing where nobody judges anything", () => {
    const failing = times(300, [rescued(failure(), answer(null), delayed), unjudged("traditional")]).flat()

    const { tracks, verdict, evidence, guardrail } = fold(failing, { from: empty })

    expect(tracks.optimized).toMatchObject({ n: 300, judged: 0 })
    expect({ verdict, quality: evidence.quality }).toEqual({ verdict: null, quality: [] })
    expect(guardrail).toMatch(/^the program answers 0 % of the steps/)
  })

  test.each([1, 0.1])("the gain comes out as it is where a share of %d of the answers is judged", (judgedShare) => {
    const random = seededRandom(1)
    const quality = { traditional: 0.7, optimized: 0.9 }
    let experiment = empty
    for (let request = 0; request < 1600; request += 1) {
      const track = random.pick(["traditional", "optimized"] as const)
      const fails = track === "optimized" && random.fraction() < 0.1
      const said = { ...circumstances, rounding: random.fraction() }
      experiment = addObservation(experiment, fails ? rescued(failure(), answer(null), delayed) : unjudged(track), said)
      const isRight = random.fraction() < quality[track]
      if (!fails && random.fraction() < judgedShare) experiment = judge(experiment, track, isRight ? 1 : 0)
    }

    const gain = estimate(experiment.evidence.quality)

    expect(gain).toBeGreaterThan(0.9 * 0.9 - 0.7 - 0.25)
    expect(gain).toBeLessThan(0.9 * 0.9 - 0.7 + 0.25)
  })

  test("bad feedback on a winner asks the question anew", () => {
    const won = fold(times(60, [judged("traditional", 0), judged("optimized", 1)]).flat(), { from: empty })

    const disliked = times(100, null).reduce<Experiment>((experiment) => judge(experiment, "optimized", 0), won)

    expect(won.verdict).toMatchObject({ winner: "optimized" })
    expect(disliked.epoch).toBe(2)
  })
})
