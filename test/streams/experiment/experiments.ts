import type { Arm } from "../../../src/Arm.ts"
import type { Experiment } from "../../../src/Experiment.ts"
import type { ExperimentSubject } from "../../../src/ExperimentSubject.ts"
import type { Observation } from "../../../src/Observation.ts"
import { defaultRoutingPolicy } from "../../../src/RoutingPolicy.ts"
import { addObservation } from "../../../src/streams/experiment/addObservation.ts"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"

export const subject: ExperimentSubject = {
  workflow: "support",
  step: "triage",
  signatureHash: "s",
  programId: "prog-1",
  traditionalHash: "t",
  model: "offline/in-context",
  assessor: "schema",
  delayed: false,
  prior: null,
  compilationCostUsd: null,
}

export const begun = (about: Partial<ExperimentSubject> = {}): Experiment =>
  newExperiment({ ...subject, ...about }, "2026-03-01T10:00:00.000Z")

/** Folds in what the steps of an experiment say. */
export const observe = (experiment: Experiment, observations: ReadonlyArray<Partial<Observation>>): Experiment =>
  observations.reduce<Experiment>(
    (before, observation) =>
      addObservation(
        before,
        {
          subject: before.subject,
          policy: defaultRoutingPolicy,
          unit: null,
          assigned: "both",
          share: 0.5,
          ...observation,
        },
        { at: "2026-03-01T11:00:00.000Z", rounding: 0.5, freshUnit: true },
      ),
    experiment,
  )

/** A step that ran both tracks. */
export const pair = (traditional: Arm, optimized: Arm): Partial<Observation> => ({ traditional, optimized })

export const times = <Value>(n: number, value: Value): ReadonlyArray<Value> => Array.from({ length: n }, () => value)
