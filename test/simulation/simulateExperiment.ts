import { draw } from "../../src/draw.ts"
import type { Track } from "../../src/ExecutionMode.ts"
import type { Experiment } from "../../src/Experiment.ts"
import type { ExperimentSubject, Prior } from "../../src/ExperimentSubject.ts"
import type { RecommendationVerdict } from "../../src/Recommendation.ts"
import type { RouteFacts } from "../../src/Route.ts"
import { defaultRoutingPolicy, type RoutingPolicy } from "../../src/RoutingPolicy.ts"
import { type SeededRandom, seededRandom } from "../../src/services/optimization/seededRandom.ts"
import { addObservation } from "../../src/streams/experiment/addObservation.ts"
import { newExperiment } from "../../src/streams/experiment/newExperiment.ts"
import { standingOf } from "../../src/streams/experiment/standing.ts"
import { type SimulatedStep, simulateStep, type Trials } from "./simulateStep.ts"

/** A request, counted from 1. */
export interface Request {
  readonly index: number
  /** Under sticky assignment: who asks, and what is peculiar to them, evenly from [0, 1). */
  readonly unit: { readonly name: string; readonly peculiarity: number } | null
  readonly random: SeededRandom
}

export interface FoldedStep extends SimulatedStep {
  readonly request: number
  readonly before: Experiment
  readonly experiment: Experiment
}

export interface Simulation {
  readonly policy?: Partial<RoutingPolicy>
  readonly prior?: Prior
  readonly repetitions: number
  /** At most, in each repetition. */
  readonly requests: number
  readonly seed: number
  readonly truth: (request: Request) => Trials
  /** So many units ask, each of which keeps its track. */
  readonly sticky?: { readonly units: number; readonly countsEveryRequest?: boolean }
  /** Made anew for every repetition; called after each request; `true` ends the repetition. */
  readonly watcher?: () => (step: FoldedStep) => boolean
}

/** What came of one repetition; regret counts what was lost to always taking the track that is better on average. */
export interface Simulated {
  readonly verdicts: ReadonlyArray<{ readonly winner: Track; readonly request: number }>
  readonly drifts: ReadonlyArray<{
    readonly drift: NonNullable<Experiment["reopened"]>["drift"]
    readonly request: number
  }>
  /** Every verdict that was recommended at some time. */
  readonly recommended: ReadonlySet<RecommendationVerdict>
  readonly recommendation: RecommendationVerdict | null
  /** `delivered`: a pair counts what was chosen; `conservative`: the mean of its tracks, as if the choice were blind. */
  readonly regret: { readonly delivered: number; readonly conservative: number }
  readonly pairs: number
  readonly requests: number
  readonly experiment: Experiment
}

/** Whole experiments, each request routed, executed and folded as in a run. */
export const simulate = (simulation: Simulation): ReadonlyArray<Simulated> => {
  const random = seededRandom(simulation.seed)
  return Array.from({ length: simulation.repetitions }, (_, repetition) => repeated(simulation, random, repetition))
}

const at = "2026-01-01T00:00:00.000Z"

const repeated = (simulation: Simulation, random: SeededRandom, repetition: number): Simulated => {
  const { prior = null, requests, truth, sticky } = simulation
  const subject: ExperimentSubject = { ...anySubject, prior }
  const policy = { ...defaultRoutingPolicy, ...simulation.policy }
  const ends = simulation.watcher?.() ?? (() => false)
  const units = sticky === undefined ? null : unitsOf(sticky.units, simulation.seed, repetition)
  const seen = new Set<string>()
  const verdicts: Array<Simulated["verdicts"][number]> = []
  const drifts: Array<Simulated["drifts"][number]> = []
  const recommended = new Set<RecommendationVerdict>()
  const regret = { delivered: 0, conservative: 0 }
  let experiment = newExperiment(subject, at)
  let [pairs, request] = [0, 0]
  while (request < requests) {
    request += 1
    const unit = units === null ? null : units[random.between(0, units.length - 1)]!
    const trials = truth({ index: request, unit, random })
    const facts: RouteFacts = {
      ...anyFacts,
      policy,
      subject,
      standing: standingOf(experiment),
      unit: unit?.name ?? null,
      draw: unit?.draw ?? random.fraction(),
    }
    const step = simulateStep(facts, trials)
    const place = `${experiment.epoch}/${unit?.name}`
    const freshUnit = unit === null || sticky?.countsEveryRequest === true || !seen.has(place)
    seen.add(place)
    const before = experiment
    experiment = addObservation(before, step.observation, { at, rounding: random.fraction(), freshUnit })

    addRegret(regret, step, trials)
    if (step.route.assigned === "both") pairs += 1
    if (experiment.verdict !== null && experiment.verdict !== before.verdict) {
      verdicts.push({ winner: experiment.verdict.winner, request })
    }
    if (experiment.reopened !== null && experiment.epoch !== before.epoch) {
      drifts.push({ drift: experiment.reopened.drift, request })
    }
    if (experiment.recommendation !== null) recommended.add(experiment.recommendation.verdict)
    if (ends({ ...step, request, before, experiment })) break
  }
  const recommendation = experiment.recommendation?.verdict ?? null
  return { verdicts, drifts, recommended, recommendation, regret, pairs, requests: request, experiment }
}

const addRegret = (
  regret: { delivered: number; conservative: number },
  { route: { assigned }, delivered }: SimulatedStep,
  { traditional, optimized }: Trials,
): void => {
  const best = Math.max(traditional.mean, optimized.mean)
  const blind = (traditional.mean + optimized.mean) / 2
  const mean = assigned === "optimized" ? optimized.mean : traditional.mean
  regret.delivered += best - (assigned === "both" ? delivered : mean)
  regret.conservative += best - (assigned === "both" ? blind : mean)
}

const unitsOf = (count: number, seed: number, repetition: number) =>
  Array.from({ length: count }, (_, index) => {
    const name = `${repetition}/${index}`
    return { name, draw: draw(seed, name), peculiarity: draw(seed, `${name}/peculiarity`) }
  })

const anySubject: ExperimentSubject = {
  workflow: "w",
  step: "s",
  signatureHash: "signature",
  programId: "p1",
  traditionalHash: "prompt",
  model: "model",
  assessor: "schema",
  delayed: false,
  prior: null,
  compilationCostUsd: null,
}

const anyFacts = {
  mode: "hybrid",
  modeSource: "workflow",
  hasSignature: true,
  optimizationEnabled: true,
  programId: "p1",
  optimizedAvailable: true,
  breaker: "closed",
  sideEffects: false,
  control: "running",
  budgetLeft: { usd: null, tokens: null, calls: null },
  comparisonAffordable: true,
} as const satisfies Partial<RouteFacts>
