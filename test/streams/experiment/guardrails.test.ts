import { describe, expect, test } from "vitest"
import { chargesOf } from "../../../src/streams/experiment/charges.ts"
import { countConduct } from "../../../src/streams/experiment/countCharges.ts"
import { experimentChanges } from "../../../src/streams/experiment/experimentChanges.ts"
import { answer, failure, fold, pair, policyWith, started, states, times, wonBy } from "./observations.ts"

const limits = { successRateDrop: 0.05, costRatio: 2, slowShareRise: 0.25 }

describe("a program is held back", () => {
  test("when it answers less often, beyond doubt", () => {
    const tens = [...times(7, pair(answer(1), answer(1))), ...times(3, pair(answer(1), failure()))]

    const { guardrail } = fold(times(20, tens).flat())

    expect(guardrail).toBe("the program answers 70 % of the steps, the prompt as written 100 %")
  })

  test("when it costs more than is allowed", () => {
    const dear = pair(answer(1, { costUsd: 0.001 }), answer(1, { costUsd: 0.003 }))

    const { guardrail } = fold(times(100, dear))

    expect(guardrail).toBe("the program costs 3.0 times as much; 2 times is allowed (guardrails.cost_ratio)")
  })

  test("when it is slow more often than is allowed", () => {
    const slow = pair(answer(1, { latencyMs: 100 }), answer(1, { latencyMs: 1000 }))

    const { guardrail } = fold(times(100, slow))

    expect(guardrail).toBe("the program is slow more often, by over 25 % of the steps (guardrails.slow_share_rise)")
  })

  test("when it costs more than is allowed, however little the first answers cost", () => {
    const cheap = pair(answer(1, { costUsd: 0.00001 }), answer(1, { costUsd: 0.00001 }))
    const dear = pair(answer(1, { costUsd: 0.001 }), answer(1, { costUsd: 0.004 }))

    const { guardrail } = fold([cheap, ...times(150, dear)])

    expect(guardrail).toContain("the program costs 4.0 times as much")
  })

  test("within the bounds that its workflow sets", () => {
    const dear = (costRatio: number) =>
      pair(
        answer(1, { costUsd: 0.001 }),
        answer(1, { costUsd: 0.003 }),
        policyWith({ guardrails: { ...limits, costRatio } }),
      )

    expect(fold(times(100, dear(4))).guardrail).toBeNull()
    expect(fold(times(100, dear(2.5))).guardrail).toContain("2.5 times is allowed")
  })
})

describe("a program is not held back", () => {
  test.each([
    ["that fails as often as the prompt as written", pair(failure(), failure())],
    ["that costs twice as much, where that is allowed", pair(answer(1), answer(1, { costUsd: 0.002 }))],
    [
      "that is a little slower than a prompt that always takes the same time",
      pair(answer(1, { latencyMs: 100 }), answer(1, { latencyMs: 120 })),
    ],
    ["that is faster and cheaper", pair(answer(1), answer(1, { costUsd: 0.0001, latencyMs: 10 }))],
    [
      "whose price is not known",
      pair(answer(1), { ...answer(1), usage: { tokens: { input: 1, output: 1 }, costUsd: null } }),
    ],
  ])("%s", (_, observation) => {
    expect(fold(times(150, observation)).guardrail).toBeNull()
  })

  test("after a few bad steps that may be chance", () => {
    const bad = pair(answer(1), {
      ...failure(),
      usage: { tokens: { input: 1, output: 1 }, costUsd: 1 },
      latencyMs: 60_000,
    })

    expect(fold(times(3, bad)).guardrail).toBeNull()
  })
})

test("a gain that is bought with broken bounds wins nothing, until it costs less", () => {
  const better = (costUsd: number) => pair(answer(0.5), answer(0.62, { costUsd }))

  const dear = fold(times(400, better(0.0025)))
  const cheaper = fold(times(250, better(0.0005)), { from: dear })

  expect(dear).toMatchObject({ verdict: null, guardrail: expect.any(String) })
  expect(dear.interval[0]).toBeGreaterThan(0.1)
  expect(cheaper).toMatchObject({ guardrail: null, verdict: { winner: "optimized" } })
})

test("broken bounds do not save a program that is worse", () => {
  const worse = pair(answer(1), answer(0, { costUsd: 0.003 }))

  expect(fold(times(100, worse)).verdict).toMatchObject({ winner: "traditional" })
})

test("whoever watches is told once when a program breaks its bounds after it had won", () => {
  const won = fold(wonBy("optimized", 60))
  const dear = states(times(200, pair(answer(0), answer(1, { costUsd: 0.01 }))), won)

  const alerts = dear.slice(1).flatMap((after, index) => experimentChanges(dear[index]!, after))

  expect(alerts).toEqual([
    {
      _tag: "AlertRaised",
      workflow: "w",
      step: "s",
      alert: "guardrail",
      message: expect.stringContaining("times as much"),
    },
  ])
  expect(dear.at(-1)).toMatchObject({ verdict: { winner: "optimized" }, guardrail: expect.any(String) })
})

test("how slow is slow is known from 20 traditional answers on", () => {
  const slow = chargesOf(pair(answer(1, { latencyMs: 100 }), answer(1, { latencyMs: 1000 })))!
  const counted = (count: number) => times(count, slow).reduce((all, each) => countConduct(all, each, 0.5), started)

  expect(counted(20).evidence.slowness).toEqual([])
  expect(counted(25).evidence.slowness).toEqual([[1, 1, 5]])
})
