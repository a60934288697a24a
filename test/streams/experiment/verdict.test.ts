import { describe, expect, test } from "vitest"
import { isBeyond } from "../../../src/statistics/evidence.ts"
import { experimentChanges } from "../../../src/streams/experiment/experimentChanges.ts"
import { answer, fold, pair, policyWith, single, started, states, subject, times, wonBy } from "./observations.ts"

const changesAlong = (way: ReturnType<typeof states>) =>
  way.slice(1).flatMap((after, index) => experimentChanges(way[index]!, after))

describe("a recommendation", () => {
  test("that chance turns now this way and now that is told seldom, and at once when it is certain", () => {
    const turning = [pair(answer(1), answer(0.7)), pair(answer(0.7), answer(1)), pair(answer(1), answer(1))]
    const told = changesAlong(states([...times(60, turning).flat(), ...wonBy("optimized", 250)])).filter(
      ({ _tag }) => _tag === "RecommendationMade",
    )

    expect(told.length).toBeLessThan(9)
    expect(told.at(-1)).toMatchObject({ verdict: "recommend_dspy", nNeeded: 0 })
  })
})

describe("a verdict", () => {
  test("comes as soon as the gain lies beyond the threshold without doubt, and is told with its numbers", () => {
    const way = states(wonBy("optimized", 60))
    const at = way.findIndex(({ verdict }) => verdict !== null)

    const decided = changesAlong(way).filter(({ _tag }) => _tag === "ExperimentDecided")

    expect(isBeyond(way[at - 1]!.evidence.quality, 0.1)).toBe("within")
    expect(way[at]!.verdict).toMatchObject({ winner: "optimized", threshold: 0.1, n: at, quality: 1 })
    expect(decided).toEqual([
      {
        _tag: "ExperimentDecided",
        workflow: "w",
        step: "s",
        programId: "p1",
        experiment: started.key,
        winner: "optimized",
        because: expect.stringMatching(/^the gain is above 0\.1 beyond doubt: 0\.\d+ to 1\.000$/),
        n: at,
        eValue: expect.any(Number),
        interval: way[at]!.interval,
      },
    ])
  })

  test("is for the prompt as written where the program does not gain enough", () => {
    const alike = times(300, pair(answer(1), answer(1)))

    expect(fold(alike)).toMatchObject({ verdict: { winner: "traditional", quality: 1 } })
  })

  test("of a threshold of 0 is never for either of two that are alike", () => {
    const alike = times(300, pair(answer(1), answer(1), policyWith({ threshold: 0 })))

    expect(fold(alike).verdict).toBeNull()
  })

  test("is reached by runs of single tracks alone", () => {
    const both = [single("traditional", answer(0)), single("optimized", answer(1))]

    expect(fold(times(60, both).flat()).verdict).toMatchObject({ winner: "optimized" })
  })

  test("stands, whatever lies between its threshold and the interval later", () => {
    const won = fold(wonBy("optimized", 40))

    const later = fold(times(10, pair(answer(1), answer(1))), { from: won })

    expect(later.verdict).toEqual(won.verdict)
  })

  test("falls with its threshold: whoever asks for less gets another answer", () => {
    const alike = [...wonBy("optimized", 1), ...times(19, pair(answer(1), answer(1)))]
    const notEnough = fold(times(30, alike).flat())

    const enough = fold(times(1, pair(answer(1), answer(1), policyWith({ threshold: 0 }))), { from: notEnough })

    expect(notEnough.verdict).toMatchObject({ winner: "traditional", threshold: 0.1 })
    expect(enough.verdict).toMatchObject({ winner: "optimized", threshold: 0 })
    expect(enough.drift?.winner.n).toBe(0)
  })
})

describe("what is recommended", () => {
  test("is told whenever it changes", () => {
    const told = changesAlong(states(wonBy("optimized", 60))).filter(({ _tag }) => _tag === "RecommendationMade")

    expect(told.map((fact) => "verdict" in fact && fact.verdict)).toEqual(["recommend_evaluation", "recommend_dspy"])
  })

  test("is nothing before there is evidence", () => {
    expect(fold([single("optimized", answer(null))]).recommendation).toBeNull()
  })

  test("says so where nothing judges the answers", () => {
    const unjudged = { subject: { ...subject, assessor: null } }

    const { recommendation } = fold(times(10, pair(answer(null), answer(null), unjudged)), {
      from: { ...started, ...unjudged },
    })

    expect(recommendation?.reason).toMatch(/Nothing judges the answers: quality is whether there was one$/)
  })
})

describe("with units that keep their track", () => {
  const first = single("optimized", answer(1), { unit: "ada" })

  test("only the first outcome of a unit counts", () => {
    const once = fold([first])

    const again = fold(times(50, first), { from: once, freshUnit: false })

    expect(again.evidence).toEqual(once.evidence)
    expect(again.tracks).toEqual(once.tracks)
    expect(again.doublyRobust).toEqual(once.doublyRobust)
    expect(again.interval).toEqual(once.interval)
  })

  test("yet every answer is watched once there is a winner", () => {
    const won = fold(wonBy("optimized", 60))

    const worse = fold(times(200, single("optimized", answer(0), { unit: "ada" })), { from: won, freshUnit: false })

    expect(worse).toMatchObject({ epoch: 2, verdict: null, reopened: { drift: "winner" } })
  })
})
