import type { Track } from "../../src/ExecutionMode.ts"
import { meanOf, medianOf, percent, type Proof, shareOf } from "./Proof.ts"
import { type FoldedStep, type Request, simulate } from "./simulateExperiment.ts"
import { between, rightIn } from "./truths.ts"

/** What happens after a verdict. */
export const driftNoticed: ReadonlyArray<Proof> = [
  noticed("drift of an optimized winner", { traditional: 0.7, optimized: 0.9 }),
  noticed("drift of a traditional winner", { traditional: 0.9, optimized: 0.7 }),
  quiet("no drift, optimized winner", { traditional: 0.7, optimized: 0.9 }),
  quiet("no drift, traditional winner", { traditional: 0.9, optimized: 0.7 }),
  quiet("no drift, uncertain winner", { traditional: 0.3, optimized: 0.7 }),
]

type Qualities = Readonly<Record<Track, number>>

/** Requests between a verdict and the fall. */
const calm = 200

function noticed(name: string, qualities: Qualities): Proof {
  return {
    name,
    claim: "a loss of 0.20 of the winner's quality is noticed within a median of 2,500 requests",
    prove: (size) => {
      let verdict: { readonly request: number; readonly winner: Track } | null = null
      const simulated = simulate({
        policy: { threshold: 0 },
        repetitions: size === "full" ? 200 : 5,
        requests: 10_000,
        seed: 4,
        truth: (request: Request) => {
          const fallen = verdict !== null && request.index > verdict.request + calm ? verdict.winner : null
          const quality = (track: Track) => rightIn(qualities[track] - (track === fallen ? 0.2 : 0))
          return between(quality("traditional"), quality("optimized"))(request)
        },
        watcher: () => {
          verdict = null
          return ({ experiment, request }: FoldedStep) => {
            if (experiment.verdict !== null) verdict ??= { request, winner: experiment.verdict.winner }
            return experiment.epoch > 1
          }
        },
      })
      const delays = simulated.map(({ verdicts: [first], drifts: [drift] }) =>
        first === undefined || drift === undefined ? null : drift.request - first.request - calm,
      )
      const early = shareOf(delays, (delay) => delay !== null && delay <= 0)
      const median = medianOf(delays)
      return {
        holds: median <= 2500 && early <= 0.05,
        figures: `median of ${median} requests, at most ${worst(delays)}; ${percent(shareOf(simulated, ({ drifts: [drift] }) => drift?.drift === "winner"))} by the winner's own quality; ${percent(early)} before the fall`,
      }
    },
  }
}

const worst = (delays: ReadonlyArray<number | null>): number =>
  Math.max(...delays.map((delay) => delay ?? Number.POSITIVE_INFINITY))

function quiet(name: string, qualities: Qualities): Proof {
  return {
    name,
    claim: "without drift, at most one false alarm in 10,000 requests after a verdict",
    prove: (size) => {
      const simulated = simulate({
        policy: { threshold: 0 },
        ...(size === "full" ? { repetitions: 60, requests: 5000 } : { repetitions: 2, requests: 1000 }),
        seed: 7,
        truth: between(rightIn(qualities.traditional), rightIn(qualities.optimized)),
      })
      const alarms = simulated.reduce((sum, { drifts }) => sum + drifts.length, 0)
      const watched = simulated.reduce(
        (sum, { requests, verdicts: [first] }) => sum + requests - (first?.request ?? requests),
        0,
      )
      return {
        holds: alarms / watched <= (size === "full" ? 1 : 3) / 10_000,
        figures: `${alarms} false alarms in ${watched} requests after a verdict, in ${percent(shareOf(simulated, ({ drifts }) => drifts.length > 0))} of the experiments; verdicts at a mean of ${meanOf(simulated.map(({ verdicts: [first], requests }) => first?.request ?? requests)).toFixed(0)} requests`,
      }
    },
  }
}
