import type { Arm } from "../../../src/Arm.ts"
import type { Track } from "../../../src/ExecutionMode.ts"
import type { Experiment } from "../../../src/Experiment.ts"
import type { ExperimentSubject } from "../../../src/ExperimentSubject.ts"
import type { Observation } from "../../../src/Observation.ts"
import { defaultRoutingPolicy, type RoutingPolicy } from "../../../src/RoutingPolicy.ts"
import type { FailureReason } from "../../../src/StepFailure.ts"
import { addObservation } from "../../../src/streams/experiment/addObservation.ts"
import type { Circumstances } from "../../../src/streams/experiment/Circumstances.ts"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"

export const subject: ExperimentSubject = {
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

export const at = "2026-01-01T00:00:00.000Z"

export const circumstances: Circumstances = { at, rounding: 0.5, freshUnit: true }

export const started: Experiment = newExperiment(subject, at)

export const answer = (quality: number | null, { costUsd = 0.001, latencyMs = 100 } = {}): Arm => ({
  answered: true,
  latencyMs,
  usage: { tokens: { input: 10, output: 5 }, costUsd },
  ...(quality === null ? {} : { quality }),
})

export const failure = (reason: FailureReason = "optimization_failed"): Arm => ({
  answered: false,
  latencyMs: 50,
  usage: { tokens: { input: 10, output: 0 }, costUsd: 0.0005 },
  failure: { reason, message: "it did not work out" },
})

const observed = (
  said: Omit<Observation, "subject" | "policy" | "unit">,
  change: Partial<Observation>,
): Observation => ({
  subject,
  policy: defaultRoutingPolicy,
  unit: null,
  ...said,
  ...change,
})

/** Both tracks on one task. */
export const pair = (traditional: Arm, optimized: Arm, change: Partial<Observation> = {}): Observation =>
  observed({ assigned: "both", share: 0.5, traditional, optimized }, change)

/** One track by lot, half and half where nothing else is said. */
export const single = (track: Track, arm: Arm, change: Partial<Observation> = {}): Observation =>
  observed({ assigned: track, share: 0.5, [track]: arm }, change)

/** The optimized track was assigned and failed, and the traditional one answered. */
export const rescued = (failed: Arm, rescue: Arm, change: Partial<Observation> = {}): Observation =>
  observed({ assigned: "optimized", share: 0.5, optimized: failed, traditional: rescue }, change)

export const fold = (
  observations: ReadonlyArray<Observation>,
  { from = started, freshUnit = true }: { readonly from?: Experiment; readonly freshUnit?: boolean } = {},
): Experiment =>
  observations.reduce((experiment, each) => addObservation(experiment, each, { ...circumstances, freshUnit }), from)

/** Every state on the way, the first one included. */
export const states = (
  observations: ReadonlyArray<Observation>,
  from: Experiment = started,
): ReadonlyArray<Experiment> =>
  observations.reduce<ReadonlyArray<Experiment>>(
    (before, each) => [...before, addObservation(before.at(-1) ?? from, each, circumstances)],
    [from],
  )

export const times = <A>(count: number, value: A): ReadonlyArray<A> => Array.from({ length: count }, () => value)

export const policyWith = (change: Partial<RoutingPolicy>): { readonly policy: RoutingPolicy } => ({
  policy: { ...defaultRoutingPolicy, ...change },
})

/** Pairs in which one track is right and the other wrong. */
export const wonBy = (track: Track, count: number, change: Partial<Observation> = {}): ReadonlyArray<Observation> =>
  times(count, pair(answer(track === "traditional" ? 1 : 0), answer(track === "optimized" ? 1 : 0), change))
