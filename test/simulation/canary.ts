import type { Experiment } from "../../src/Experiment.ts"
import { canaryFailure } from "../../src/streams/experiment/canaryFailure.ts"
import { medianOf, percent, type Proof, shareOf } from "./Proof.ts"
import { type FoldedStep, simulate, type Simulation } from "./simulateExperiment.ts"
import { between, failingIn, rightIn, type Track } from "./truths.ts"

/** A program that promises much begins with a small share. */
export const canary: ReadonlyArray<Proof> = [
  {
    name: "canary that fails half of the time",
    claim: "it is stopped before it was asked 20 times, in half of the experiments within 200 requests",
    prove: (size) => {
      const simulated = simulate({
        ...promising(failingIn(0.5, rightIn(0.95))),
        repetitions: size === "full" ? 1000 : 20,
        requests: 3000,
        watcher:
          () =>
          ({ experiment }) =>
            isStopped(experiment),
      })
      const asked = simulated.map(({ experiment: { served } }) => served.n)
      const median = medianOf(simulated.map(({ requests }) => requests))
      const seldom = shareOf(asked, (times) => times < 20)
      return {
        holds: simulated.every(({ experiment }) => isStopped(experiment)) && seldom >= 0.95 && median <= 200,
        figures: `stopped after a median of ${medianOf(asked)} answers and failures (at most ${Math.max(...asked)}), ${median} requests (at most ${Math.max(...simulated.map(({ requests }) => requests))})`,
      }
    },
  },
  {
    name: "canary that fails as seldom as the prompt",
    claim: "a program that fails 5 % of the time, as the prompt does, is stopped in at most 5 % of the experiments",
    prove: (size) => {
      const failing = failingIn(0.05, rightIn(0.95))
      const simulated = simulate({
        ...promising(failing, failingIn(0.05, rightIn(0.65))),
        ...(size === "full" ? { repetitions: 200, requests: 1000 } : { repetitions: 10, requests: 300 }),
        watcher:
          () =>
          ({ experiment }) =>
            isStopped(experiment),
      })
      const stopped = shareOf(simulated, ({ experiment }) => isStopped(experiment))
      return {
        holds: stopped <= (size === "full" ? 0.05 : 0.15),
        figures: `stopped in ${percent(stopped)} of ${simulated.length} experiments`,
      }
    },
  },
  {
    name: "canary that never fails",
    claim: "it reaches the full share within 1,000 requests, in half of the experiments within 500",
    prove: (size) => {
      const simulated = simulate({
        ...promising(rightIn(0.95)),
        repetitions: size === "full" ? 300 : 7,
        requests: 2000,
        watcher: () => hasFullShare,
      })
      const needed = simulated.map(({ requests }) => requests)
      const seldom = simulated.map(({ experiment: { served } }) => served.n)
      return {
        holds: medianOf(needed) <= 500 && Math.max(...needed) <= 1000,
        figures: `full share after a median of ${medianOf(needed)} requests (at most ${Math.max(...needed)}), of which the program answered ${medianOf(seldom)}; ${percent(shareOf(simulated, ({ verdicts }) => verdicts.length > 0))} by a verdict`,
      }
    },
  },
]

const promising = (program: Track, prompt: Track = rightIn(0.65)): Pick<Simulation, "prior" | "seed" | "truth"> => ({
  prior: { benefit: 0.3, n: 50 },
  seed: 9,
  truth: between(prompt, program),
})

const isStopped = (experiment: Experiment): boolean => canaryFailure(experiment) !== null

const hasFullShare = ({ route: { share, facts } }: FoldedStep): boolean =>
  share !== null && share >= 1 - facts.policy.controlShare
