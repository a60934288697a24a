import { eValue } from "../../src/statistics/evidence.ts"
import { decidedJointly } from "../../src/statistics/jointly.ts"
import { meanOf, percent, type Proof } from "./Proof.ts"
import { simulate } from "./simulateExperiment.ts"
import { between, rightIn } from "./truths.ts"

const steps = 50

/** Many steps asked at once. */
export const jointDecisions: ReadonlyArray<Proof> = [0, 10].map((different) => ({
  name: `${steps} steps, ${different} of them different`,
  claim: "of the steps that are decided jointly, at most 5 % on average were so by chance",
  prove: (size) => {
    const { workflows, requests } = size === "full" ? { workflows: 30, requests: 300 } : { workflows: 1, requests: 100 }
    const eValues = (seed: number, count: number, optimized: number) =>
      simulate({
        policy: { threshold: 0 },
        repetitions: count,
        requests,
        seed,
        truth: between(rightIn(0.7), rightIn(optimized)),
      }).map(({ experiment }) => eValue(experiment.evidence.quality))
    const decided = Array.from({ length: workflows }, (_, workflow) => {
      const joint = decidedJointly([
        ...eValues(1000 + workflow, different, 0.95),
        ...eValues(5000 + workflow, steps - different, 0.7),
      ])
      const right = joint.slice(0, different).filter((each) => each).length
      return { right, wrong: joint.slice(different).filter((each) => each).length }
    })
    const rate = meanOf(decided.map(({ right, wrong }) => wrong / Math.max(1, right + wrong)))
    return {
      holds: rate <= 0.05,
      figures: `false discovery rate ${percent(rate)} over ${workflows} workflows; ${meanOf(decided.map(({ right }) => right)).toFixed(1)} of ${different} found`,
    }
  },
}))
