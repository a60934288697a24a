import { eValue } from "../../src/statistics/evidence.ts"
import { decidedJointly } from "../../src/statistics/jointly.ts"
import { meanOf, percent, type Proof } from "./Proof.ts"
import { simulate } from "./simulateExperiment.ts"
import { between, rightIn } from "./truths.ts"

const steps = 50

/** Half and half for ever: a step that is decided otherwise hardly gathers evidence any more, with which many are decided jointly. */
const policy = { threshold: 0, controlShare: 0.5, explorationShare: 0.5 }

/** Many steps asked at once. */
export const jointDecisions: ReadonlyArray<Proof> = [0, 10].map((different) => ({
  name: `${steps} steps, ${different} of them different`,
  claim: "of the steps that are decided jointly, at most 5 % on average were so by chance",
  prove: (size) => {
    const { workflows, requests } = size === "full" ? { workflows: 30, requests: 300 } : { workflows: 1, requests: 150 }
    const eValues = (seed: number, count: number, optimized: number) =>
      simulate({
        policy,
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
    const found = meanOf(decided.map(({ right }) => right))
    return {
      holds: rate <= 0.05 && found >= different / 2,
      figures: `false discovery rate ${percent(rate)} over ${workflows} workflows; ${found.toFixed(1)} of ${different} found`,
    }
  },
}))
