import type { RouteFacts, RouteReason } from "../Route.ts"
import type { RoutingPolicy } from "../RoutingPolicy.ts"
import type { Standing } from "../Standing.ts"
import type { Shares } from "./drawAssignment.ts"

/** How the steps of an experiment are divided between its tracks, and why. */
export interface Plan extends Shares {
  readonly reason: RouteReason
  /** In words, with the numbers it rests on. */
  readonly because: string
}

/** As long as fewer steps ran both tracks, every tested step does: without pairs nothing is known. */
const firstPairs = 50

/** From what is known to who gets how much. A decided question keeps a control share, an undecided one is tested. */
export const planByEvidence = (facts: RouteFacts): Plan => {
  const { policy } = facts
  const standing = facts.standing ?? nothingKnown
  if (standing.guardrail !== null) return plan(policy.controlShare, "guardrail", standing.guardrail)
  switch (winner(standing, policy)) {
    case "optimized":
      return plan(1 - policy.controlShare, "optimized_won", `the program is better: ${gain(standing)}`)
    case "traditional":
      return plan(policy.controlShare, "traditional_won", `not worth switching: ${gain(standing)}`)
    case null:
      return policy.abTesting ? tested(facts, standing) : untested(policy, standing)
  }
}

const nothingKnown: Standing = {
  pairs: 0,
  outcomes: { traditional: 0, optimized: 0 },
  benefit: null,
  interval: [-1, 1],
  verdict: null,
  guardrail: null,
  canaryShare: 0,
}

const winner = ({ verdict, interval: [low, high] }: Standing, { threshold }: RoutingPolicy): Standing["verdict"] => {
  if (verdict !== null) return verdict
  if (low > threshold) return "optimized"
  return high < threshold ? "traditional" : null
}

const tested = (facts: RouteFacts, standing: Standing): Plan => {
  const { policy } = facts
  const { benefit } = standing
  if (benefit === null) {
    return { ...plan(0.5, "ab_test", "too little is known of the program"), pairs: pairShare(facts, standing) }
  }
  const { threshold } = policy
  if (threshold > 0 && benefit > 2 * threshold) {
    const because = `undecided, but far more than ${threshold} is to be gained: ${gain(standing)}`
    return plan(canaryShare(policy, standing), "promising", because)
  }
  if (benefit > threshold) {
    const because = `undecided, and it may be worth switching: ${gain(standing)}`
    return { ...plan(0.5, "ab_test", because), pairs: pairShare(facts, standing) }
  }
  return plan(policy.explorationShare, "exploration", `undecided, and little is to be gained: ${gain(standing)}`)
}

const untested = (policy: RoutingPolicy, standing: Standing): Plan => {
  const { benefit } = standing
  return benefit !== null && benefit > policy.threshold
    ? plan(1 - policy.controlShare, "ab_testing_off", `not tested, and estimated to be better: ${gain(standing)}`)
    : plan(policy.controlShare, "ab_testing_off", `not tested, and not known to be better: ${gain(standing)}`)
}

/** What the program has worked its way up to; in the end the prompt keeps its control share. */
const canaryShare = ({ controlShare }: RoutingPolicy, standing: Standing): number =>
  Math.min(standing.canaryShare, 1 - controlShare)

/** A pair settles as much as two steps on one track each; after the first ones, only as many are had as the budget says. */
const pairShare = (facts: RouteFacts, { pairs }: Standing): number => {
  const { comparisonBudget } = facts.policy
  const possible = !facts.sideEffects && facts.subject?.delayed !== true && facts.comparisonAffordable
  if (!possible || comparisonBudget === 0) return 0
  return pairs < firstPairs ? 1 : comparisonBudget
}

const plan = (share: number, reason: RouteReason, because: string): Plan => ({ share, reason, because, pairs: 0 })

const gain = ({ benefit, interval: [low, high], outcomes }: Standing): string =>
  benefit === null
    ? "nothing was measured"
    : `${signed(benefit)} in quality (95 % interval ${signed(low)} to ${signed(high)} after ${outcomes.traditional} and ${outcomes.optimized} outcomes)`

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`
