import { baselineRegret, fixedSplit, thompson } from "./baselines.ts"
import { meanOf, medianOf, percent, type Proof, shareOf } from "./Proof.ts"
import { simulate } from "./simulateExperiment.ts"
import { between, rightIn, type Truth } from "./truths.ts"

/** What routing by evidence loses on the way to its verdict, beside what others lose. */
export const regret: ReadonlyArray<Proof> = [
  lossOf("regret, the program is better", between(rightIn(0.9), rightIn(0.95))),
  lossOf("regret, the prompt is better", between(rightIn(0.95), rightIn(0.9))),
]

function lossOf(name: string, truth: Truth): Proof {
  return {
    name,
    claim: "in 4,000 requests less than half is lost of what a fixed split loses",
    prove: (size) => {
      const simulation = { repetitions: size === "full" ? 200 : 2, requests: 4000, seed: 3, truth }
      const simulated = simulate({ ...simulation, policy: { threshold: 0 } })
      const baseline = { ...simulation, repetitions: 200 }
      const split = baselineRegret(baseline, fixedSplit)
      const conservative = meanOf(simulated.map((each) => each.regret.conservative))
      const delivered = meanOf(simulated.map((each) => each.regret.delivered))
      const decided = shareOf(simulated, ({ verdicts }) => verdicts.length > 0)
      return {
        holds: conservative < split / 2 && delivered < split / 2,
        figures: [
          `regret ${conservative.toFixed(1)} (${delivered.toFixed(1)} with the choice of pairs)`,
          `fixed split ${split.toFixed(1)}`,
          `Thompson with a floor of 0.10 ${baselineRegret(baseline, thompson(0.1)).toFixed(1)}, of 0.02 ${baselineRegret(baseline, thompson(0.02)).toFixed(1)}`,
          `${percent(decided)} decided, at a median of ${medianOf(simulated.map(({ verdicts: [first] }) => first?.request ?? null))} requests`,
          `${meanOf(simulated.map(({ pairs }) => pairs)).toFixed(0)} pairs`,
          `${meanOf(simulated.map(({ drifts }) => drifts.length)).toFixed(2)} false alarms of drift`,
          `worst ${Math.max(...simulated.map((each) => each.regret.conservative)).toFixed(0)}`,
        ].join("; "),
      }
    },
  }
}
