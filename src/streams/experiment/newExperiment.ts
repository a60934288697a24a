import type { Experiment } from "../../Experiment.ts"
import { type ExperimentSubject, experimentKey } from "../../ExperimentSubject.ts"
import { noEvidence } from "../../statistics/evidence.ts"
import { noMoments } from "../../statistics/moments.ts"
import { noTrackTotals } from "../noTrackTotals.ts"

/** An experiment that has seen nothing; `at` is ISO 8601. */
export const newExperiment = (subject: ExperimentSubject, at: string): Experiment => ({
  v: 1,
  key: experimentKey(subject),
  subject,
  startedAt: at,
  updatedAt: at,
  epoch: 1,
  prior: subject.prior,
  ...unseen,
  served: nothingServed,
  reopened: null,
})

export const nothingServed: Experiment["served"] = { n: 0, failures: 0, streak: 0 }

/** What an epoch begins with. */
export const unseen = {
  evidence: {
    quality: noEvidence,
    success: noEvidence,
    cost: noEvidence,
    dearness: noEvidence,
    slowness: noEvidence,
  },
  doublyRobust: noMoments,
  tracks: { traditional: noTrackTotals, optimized: noTrackTotals },
  pairs: 0,
  compared: 0,
  interval: [-1, 1],
  guardrail: null,
  verdict: null,
  drift: null,
  recommendation: null,
  told: null,
} as const satisfies Partial<Experiment>
