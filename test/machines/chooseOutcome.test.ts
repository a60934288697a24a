import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { chooseOutcome } from "../../src/machines/chooseOutcome.ts"
import type { Outcome } from "../../src/Outcome.ts"
import { answered, unanswered } from "./stepScript.ts"

const priced = (outcome: Outcome, costUsd: number | null): Outcome => ({
  ...outcome,
  usage: { ...outcome.usage, costUsd },
})

const choose = (traditional: Outcome, optimized: Outcome) => chooseOutcome({ traditional, optimized })

describe("the outcome of a comparison", () => {
  it.each<[string, Outcome, Outcome, ReturnType<typeof choose>]>([
    [
      "the better one, whatever it costs",
      answered("traditional", 0.5),
      priced(answered("optimized", 0.7), 1),
      { winner: "optimized", because: "better by 0.20 in quality" },
    ],
    [
      "the traditional one where that is better",
      answered("traditional", 0.9),
      answered("optimized", 0.3),
      { winner: "traditional", because: "better by 0.60 in quality" },
    ],
    [
      "the cheaper of two that are alike",
      answered("traditional", 0.82),
      priced(answered("optimized", 0.8), 0.0001),
      { winner: "optimized", because: "alike in quality, and cheaper" },
    ],
    [
      "the cheaper of two that nobody judged",
      answered("traditional"),
      answered("optimized"),
      { winner: "traditional", because: "not both judged, and cheaper" },
    ],
    [
      "the traditional one of equals",
      answered("traditional", 0.8),
      priced(answered("optimized", 0.8), 0.002),
      { winner: "traditional", because: "alike in quality, and of the same cost" },
    ],
    [
      "the traditional one where no price is known",
      answered("traditional", 0.8),
      priced(answered("optimized", 0.8), null),
      { winner: "traditional", because: "alike in quality, and the costs are not known" },
    ],
    [
      "the only answer",
      unanswered("traditional", "model_failed"),
      answered("optimized"),
      { winner: "optimized", because: "only the optimized track answered" },
    ],
    [
      "the traditional answer where the program's endpoint refused the key, which says nothing about the program",
      answered("traditional"),
      unanswered("optimized", "authentication"),
      { winner: "traditional", because: "only the traditional track answered", invalid: "optimized" },
    ],
    [
      "the program's answer where the budget of the prompt's call was spent",
      unanswered("traditional", "budget_exceeded"),
      answered("optimized"),
      { winner: "optimized", because: "only the optimized track answered", invalid: "traditional" },
    ],
    [
      "none where neither answered",
      unanswered("traditional", "timeout"),
      unanswered("optimized", "timeout"),
      { winner: null, because: "neither track answered" },
    ],
  ])("is %s", (_, traditional, optimized, expected) => {
    expect(choose(traditional, optimized)).toEqual(expected)
  })

  it("is never worse than the other by more than what counts as none", () => {
    const quality = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100)

    fc.assert(
      fc.property(quality, quality, fc.option(fc.nat(10)), fc.option(fc.nat(10)), (ours, theirs, cost, price) => {
        const { winner } = choose(
          priced(answered("traditional", ours), cost),
          priced(answered("optimized", theirs), price),
        )

        const [chosen, other] = winner === "optimized" ? [theirs, ours] : [ours, theirs]
        expect(other - chosen).toBeLessThanOrEqual(0.05 + 1e-9)
      }),
    )
  })
})
