import { atMostFivePercent } from "../statistics/simulateEvidence.ts"
import { percent, type Proof, shareOf, type Size } from "./Proof.ts"
import { type FoldedStep, simulate, type Simulation } from "./simulateExperiment.ts"
import { between, peculiarToUnits, rightIn, threeLevels, type Track } from "./truths.ts"
import { zTest } from "./zTest.ts"

type Traffic = Pick<Simulation, "policy" | "prior" | "sticky">

/** A held-out score that no traffic outweighs keeps a step on one plan until its verdict. */
const traffics = {
  pairs: { policy: { threshold: 0, comparisonBudget: 1 }, prior: { benefit: 1, n: 50 } },
  halves: { policy: { threshold: 0, comparisonBudget: 0, explorationShare: 0.5 }, prior: { benefit: -1, n: 50 } },
  tenths: { policy: { threshold: 0, comparisonBudget: 0, explorationShare: 0.1 }, prior: { benefit: -1, n: 50 } },
  routed: { policy: { threshold: 0 } },
} satisfies Record<string, Traffic>

const tracks: Readonly<Record<string, Track>> = {
  "0.50": rightIn(0.5),
  "0.70": rightIn(0.7),
  "0.90": rightIn(0.9),
  "0.95": rightIn(0.95),
  "three levels": threeLevels,
}

const byDay = new Set(["pairs 0.95", "pairs three levels", "halves 0.70", "tenths 0.95", "routed 0.50"])

/** Between equal tracks no winner is to be found; whoever looks after every request finds one in 5 of 100 experiments at most. */
export const equalTracks: ReadonlyArray<Proof> = [
  ...Object.entries(traffics).flatMap(([name, traffic]) =>
    Object.entries(tracks).map(([quality, track]) => ({
      ...validity(`equal ${name} ${quality}`, traffic, track),
      byNightOnly: !byDay.has(`${name} ${quality}`),
    })),
  ),
  validity("equal sticky 20 units", { ...traffics.halves, sticky: { units: 20 } }, peculiarToUnits),
  validity("equal sticky 200 units", { ...traffics.halves, sticky: { units: 200 } }, peculiarToUnits),
]

/** What the harness shows to be wrong where it is. */
export const wrongTests: ReadonlyArray<Proof> = [
  {
    name: "peeking z-test",
    claim: "looking at a p-value after every pair calls far more false winners",
    prove: (size) => {
      const { repetitions, requests } =
        size === "full" ? { repetitions: 300, requests: 1000 } : { repetitions: 60, requests: 120 }
      const simulated = simulate({
        ...traffics.pairs,
        repetitions,
        requests,
        seed: 5,
        truth: equal(rightIn(0.7)),
        watcher: zTest,
      })
      return found(
        simulated.map((each) => each.requests < requests),
        (share) => share > 0.2,
      )
    },
  },
  {
    name: "sticky units counted by request",
    claim: "counting every request of units that keep their track calls far more false winners",
    prove: (size) => {
      const { repetitions, requests } =
        size === "full" ? { repetitions: 300, requests: 1000 } : { repetitions: 30, requests: 150 }
      const sticky = { units: 6, countsEveryRequest: true }
      const simulated = simulate({
        ...traffics.halves,
        sticky,
        repetitions,
        requests,
        seed: 6,
        truth: equal(peculiarToUnits),
        watcher: untilDecided,
      })
      return found(
        simulated.map(({ verdicts }) => verdicts.length > 0),
        (share) => share > 0.2,
      )
    },
  },
]

function validity(name: string, traffic: Traffic, track: Track): Proof {
  return {
    name,
    claim: "at most 5 % false winners",
    prove: (size) => {
      const counts = sizes(size, traffic)
      const simulated = simulate({ ...traffic, ...counts, seed: 1, truth: equal(track), watcher: untilDecided })
      const most = atMostFivePercent(counts.repetitions)
      return found(
        simulated.map(({ verdicts }) => verdicts.length > 0),
        (share) => share <= most,
      )
    },
  }
}

const sizes = (size: Size, { sticky }: Traffic) => {
  if (size === "full") return { repetitions: 1000, requests: 1000 }
  return sticky === undefined ? { repetitions: 40, requests: 80 } : { repetitions: 25, requests: 400 }
}

const untilDecided =
  () =>
  ({ experiment }: FoldedStep): boolean =>
    experiment.verdict !== null

const equal = (track: Track) => between(track, track)

const found = (decided: ReadonlyArray<boolean>, holds: (share: number) => boolean) => {
  const share = shareOf(decided, (each) => each)
  return { holds: holds(share), figures: `a winner in ${percent(share)} of ${decided.length} experiments` }
}
