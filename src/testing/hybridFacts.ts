import type { ExperimentSubject } from "../ExperimentSubject.ts"
import type { RouteFacts } from "../Route.ts"
import { defaultRoutingPolicy } from "../RoutingPolicy.ts"
import type { Standing } from "../Standing.ts"

const subject: ExperimentSubject = {
  workflow: "triage",
  step: "classify",
  signatureHash: "5".repeat(64),
  programId: "prog-0123456789abcdef",
  traditionalHash: "7".repeat(64),
  model: "offline/in-context",
  assessor: null,
  delayed: false,
  prior: null,
  compilationCostUsd: null,
}

/** A step in mode hybrid with an adopted program, nothing known of it, and all settings at their defaults. */
export const hybridFacts: RouteFacts = {
  mode: "hybrid",
  modeSource: "workflow",
  hasSignature: true,
  optimizationEnabled: true,
  programId: subject.programId,
  optimizedAvailable: true,
  breaker: "closed",
  sideEffects: false,
  control: "running",
  policy: defaultRoutingPolicy,
  subject,
  standing: null,
  budgetLeft: { usd: null, tokens: null, calls: null },
  comparisonAffordable: true,
  unit: null,
  draw: 0.25,
}

/** What an experiment of 40 pairs knows that has decided nothing, but for what the test is about. */
export const standingWith = (change: Partial<Standing> = {}): Standing => ({
  pairs: 40,
  outcomes: { traditional: 40, optimized: 40 },
  benefit: 0.15,
  interval: [-0.1, 0.4],
  verdict: null,
  guardrail: null,
  canaryShare: 0.05,
  ...change,
})
