import { medianOf, percent, type Proof, shareOf } from "./Proof.ts"
import { simulate } from "./simulateExperiment.ts"
import { between, rightIn } from "./truths.ts"

/** A difference that is there is found. */
export const decisions: ReadonlyArray<Proof> = [
  {
    name: "decided 0.90 and 0.95 by pairs",
    claim: "half of the experiments are decided within 450 independent pairs, for the better track",
    prove: (size) => {
      const simulated = simulate({
        policy: { threshold: 0, comparisonBudget: 1 },
        prior: { benefit: 1, n: 50 },
        ...(size === "full" ? { repetitions: 1000, requests: 2000 } : { repetitions: 15, requests: 1000 }),
        seed: 2,
        truth: between(rightIn(0.9), rightIn(0.95)),
        watcher:
          () =>
          ({ experiment }) =>
            experiment.verdict !== null,
      })
      const decided = simulated.flatMap(({ verdicts }) => verdicts.slice(0, 1))
      const median = medianOf(simulated.map(({ verdicts: [first] }) => first?.request ?? null))
      const wrong = shareOf(decided, ({ winner }) => winner === "traditional")
      const most = size === "full" ? 450 : 600
      return {
        holds: median <= most && wrong <= 0.05,
        figures: `median of ${median} pairs, ${percent(decided.length / simulated.length)} decided, ${percent(wrong)} of them wrongly`,
      }
    },
  },
]
