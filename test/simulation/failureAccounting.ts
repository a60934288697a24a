import { percent, type Proof, shareOf } from "./Proof.ts"
import { simulate } from "./simulateExperiment.ts"
import { between, failingIn, rightIn } from "./truths.ts"

/** Failures count, although somebody mended them. */
export const failureAccounting: ReadonlyArray<Proof> = [0.1, 0].map((threshold) => ({
  name: `failures count, threshold ${threshold}`,
  claim: "0.95 when it answers, but failing 1 step in 10, is not recommended over 0.90",
  prove: (size) => {
    const simulated = simulate({
      policy: { threshold },
      ...(size === "full" ? { repetitions: 1000, requests: 500 } : { repetitions: 60, requests: 100 }),
      seed: 8,
      truth: between(rightIn(0.9), failingIn(0.1, rightIn(0.95))),
    })
    const recommended = shareOf(simulated, (each) => each.recommended.has("recommend_dspy"))
    const won = shareOf(simulated, ({ verdicts }) => verdicts.some(({ winner }) => winner === "optimized"))
    const lost = shareOf(simulated, ({ verdicts }) => verdicts.some(({ winner }) => winner === "traditional"))
    return {
      holds: recommended <= 0.05 && won <= 0.05,
      figures: `recommend_dspy at some time in ${percent(recommended)} of ${simulated.length} experiments; optimized won ${percent(won)}, traditional ${percent(lost)}`,
    }
  },
}))
