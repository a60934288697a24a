import { describe, expect, test } from "vitest"
import { simulate } from "./simulateExperiment.ts"
import { between, failingIn, rightIn } from "./truths.ts"

const always = rightIn(1)
const never = rightIn(0)

describe("a simulated experiment", () => {
  test("is the same for the same seed", () => {
    const simulation = { repetitions: 2, requests: 60, truth: between(rightIn(0.6), rightIn(0.8)) }

    const [once, again, other] = [1, 1, 2].map((seed) => simulate({ ...simulation, seed }))

    expect(again).toEqual(once)
    expect(other).not.toEqual(once)
  })

  test("ends when its watcher has seen enough", () => {
    const watcher =
      () =>
      ({ request }: { readonly request: number }) =>
        request === 7

    const [simulated] = simulate({ repetitions: 1, requests: 60, seed: 1, truth: between(always, never), watcher })

    expect(simulated).toMatchObject({ requests: 7 })
  })

  test("loses nothing by pairs whose better answer is delivered, and half of the difference by blind ones", () => {
    const [simulated] = simulate({ repetitions: 1, requests: 4, seed: 1, truth: between(never, always) })

    expect(simulated?.pairs).toBe(4)
    expect(simulated?.regret).toEqual({ delivered: 0, conservative: 2 })
  })

  test("charges a failure that was mended to the track that failed", () => {
    const [simulated] = simulate({
      policy: { threshold: 0, comparisonBudget: 0 },
      repetitions: 1,
      requests: 30,
      seed: 1,
      truth: between(always, failingIn(1, always)),
    })

    const { optimized, traditional } = simulated!.experiment.tracks
    expect(optimized).toMatchObject({ answered: 0, quality: 0, judged: optimized.n })
    expect(traditional).toMatchObject({ answered: traditional.n, quality: traditional.n })
    expect(optimized.n + traditional.n).toBe(30)
    expect(optimized.n).toBeGreaterThan(0)
  })

  test("counts the first request of every unit", () => {
    const [simulated] = simulate({
      policy: { comparisonBudget: 0 },
      repetitions: 1,
      requests: 200,
      seed: 1,
      sticky: { units: 5 },
      truth: between(always, always),
    })

    const { optimized, traditional } = simulated!.experiment.tracks
    expect(optimized.n + traditional.n).toBe(5)
  })
})
