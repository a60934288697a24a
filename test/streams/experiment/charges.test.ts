import { describe, expect, test } from "vitest"
import { chargesOf } from "../../../src/streams/experiment/charges.ts"
import { standingOf } from "../../../src/streams/experiment/standing.ts"
import { answer, failure, fold, pair, rescued, single, started, subject } from "./observations.ts"

describe("what a step is charged for", () => {
  test("a failure counts as quality 0, although the prompt as written mended it well", () => {
    const charges = chargesOf(rescued(failure(), answer(1)))

    expect(charges).toMatchObject({ _tag: "Single", assigned: "optimized", charge: { answered: false, quality: 0 } })
  })

  test("the mending is paid and waited for by the track that failed", () => {
    const charges = chargesOf(rescued(failure(), answer(1, { costUsd: 0.002, latencyMs: 300 })))

    expect(charges).toMatchObject({ charge: { costUsd: 0.0025, tokens: 25, latencyMs: 350 } })
  })

  test("a rescue whose price is not known leaves the price of the failure unknown", () => {
    const unpriced = { ...answer(1), usage: { tokens: { input: 1, output: 1 }, costUsd: null } }

    expect(chargesOf(rescued(failure(), unpriced))).toMatchObject({ charge: { costUsd: null, quality: 0 } })
  })

  test("the track that mended is charged nothing", () => {
    const { tracks } = fold([rescued(failure(), answer(1))])

    expect(tracks.optimized).toMatchObject({ n: 1, answered: 0, judged: 1, quality: 0 })
    expect(tracks.traditional).toMatchObject({ n: 0, judged: 0, costUsd: 0 })
  })

  test("a program that could not be reached counts as quality 0, but not as one that was asked and failed", () => {
    const unreached = { ...failure("dspy_unavailable"), latencyMs: 0 }

    const { tracks, served } = fold([rescued(unreached, answer(1))])

    expect(tracks.optimized).toMatchObject({ n: 1, answered: 0, judged: 1, quality: 0 })
    expect(served).toEqual({ n: 0, failures: 0, streak: 0 })
  })

  test("in a pair each track has its own", () => {
    const charges = chargesOf(pair(answer(0.8, { costUsd: 0.001 }), failure()))

    expect(charges).toMatchObject({
      _tag: "Pair",
      traditional: { answered: true, quality: 0.8, costUsd: 0.001 },
      optimized: { answered: false, quality: 0, costUsd: 0.0005 },
    })
  })

  test("where nothing judges, having answered is what counts", () => {
    const unjudged = { subject: { ...subject, assessor: null } }

    expect(chargesOf(single("optimized", answer(0.2), unjudged))).toMatchObject({ charge: { quality: 1 } })
    expect(chargesOf(single("optimized", failure(), unjudged))).toMatchObject({ charge: { quality: 0 } })
  })

  test("an answer that nobody has judged has no quality", () => {
    expect(chargesOf(single("traditional", answer(null)))).toMatchObject({ charge: { answered: true, quality: null } })
  })
})

describe("what is no evidence", () => {
  const wrongKey = { ...failure("authentication"), invalid: true as const }

  test.each([
    ["a route that chance did not decide", single("optimized", answer(1), { share: null })],
    ["a pair that chance did not decide", pair(answer(0), answer(1), { share: null })],
    ["a step without a program", single("traditional", answer(1), { subject: null })],
    ["a failure that says nothing about its track", single("optimized", wrongKey)],
    ["such a failure that was mended", rescued(wrongKey, answer(1))],
    ["a pair of which one track says nothing", pair(answer(1), wrongKey)],
    ["a track that left nothing", single("traditional", answer(1), { assigned: "optimized" })],
  ])("%s", (_, observation) => {
    const { updatedAt: _at, served: _served, compared: _compared, ...before } = started

    expect(chargesOf(observation)).toBeNull()
    expect(fold([observation])).toMatchObject(before)
  })

  test("yet a program that answers by order works its way up", () => {
    const pinned = single("optimized", answer(1), { share: null })

    const experiment = fold(Array.from({ length: 10 }, () => pinned))

    expect(standingOf(experiment)).toMatchObject({ canaryShare: 0.1, outcomes: { traditional: 0, optimized: 0 } })
  })
})
