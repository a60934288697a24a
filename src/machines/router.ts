import type { Assignment, Route, RouteFacts, RouteReason, RouteTarget } from "../Route.ts"
import { drawAssignment } from "./drawAssignment.ts"
import { planByEvidence } from "./planByEvidence.ts"

/** Decides which way a step goes. Pure and total: same facts, same route. */
export const routeStep = (facts: RouteFacts): Route => {
  if (!facts.hasSignature) return traditional(facts, "no_signature", "the step has no signature to optimize")
  switch (facts.mode) {
    case "traditional":
      return facts.modeSource === "kill_switch"
        ? traditional(facts, "kill_switch", "the kill switch keeps every step traditional")
        : traditional(facts, "mode_traditional", `mode traditional, said by the ${sayer(facts)}`)
    case "dspy_optimized":
      return routeOptimized(facts)
    case "hybrid":
      return routeHybrid(facts)
    case "evaluation":
      return routeEvaluation(facts)
  }
}

const routeOptimized = (facts: RouteFacts): Route => {
  if (!facts.optimizationEnabled) return disabled(facts)
  if (facts.programId === null) {
    return route(facts, "fallback", "dspy_unavailable", "no program is adopted for this signature", "optimized")
  }
  return serve(facts, "mode_optimized", `mode dspy_optimized, said by the ${sayer(facts)}`)
}

const routeHybrid = (facts: RouteFacts): Route => {
  if (!facts.optimizationEnabled) return disabled(facts)
  if (facts.programId === null) return traditional(facts, "no_program", "no program is adopted for this signature")
  switch (facts.control) {
    case "pinned_optimized":
      return serve(facts, "pinned", "pinned to the optimized track by hand")
    case "pinned_traditional":
      return traditional(facts, "pinned", "pinned to the traditional track by hand")
    case "paused":
      return facts.standing?.verdict === "optimized" && facts.standing.guardrail === null
        ? serve(facts, "paused", "the experiment is paused: the winner so far serves")
        : traditional(facts, "paused", "the experiment is paused, and the program is not its winner")
    case "running":
      return facts.policy.intelligent
        ? routeByEvidence(facts)
        : serve(facts, "not_intelligent", "routing is not by evidence: the program serves")
  }
}

/** The assignment is drawn first, so that a track that is out of order loses what it would have got. */
const routeByEvidence = (facts: RouteFacts): Route => {
  const plan = planByEvidence(facts)
  const { assigned, propensity } = drawAssignment(plan, facts.draw)
  const drawn = { facts, assigned, propensity, share: plan.share }
  if (assigned === "traditional") return { ...drawn, to: "traditional", reason: plan.reason, because: plan.because }
  if (!facts.optimizedAvailable) {
    return { ...drawn, to: "fallback", reason: "dspy_unavailable", because: outOfOrder(facts) }
  }
  const to = assigned === "both" ? "comparing" : "optimized"
  return { ...drawn, to, reason: plan.reason, because: plan.because }
}

const routeEvaluation = (facts: RouteFacts): Route => {
  if (!facts.optimizationEnabled) return disabled(facts)
  if (facts.programId === null) return traditional(facts, "no_program", "no program is adopted for this signature")
  if (facts.sideEffects)
    return traditional(facts, "side_effects", "the step lists tools that write: it is not compared")
  return facts.optimizedAvailable
    ? route(facts, "comparing", "mode_evaluation", "mode evaluation compares both tracks", "both")
    : route(facts, "fallback", "dspy_unavailable", outOfOrder(facts), "both")
}

const disabled = (facts: RouteFacts): Route =>
  traditional(facts, "optimization_disabled", "the step's dspy_config turns optimization off")

/** The program answers, whatever is known of it. */
const serve = (facts: RouteFacts, reason: RouteReason, because: string): Route =>
  facts.optimizedAvailable
    ? route(facts, "optimized", reason, because, "optimized")
    : route(facts, "fallback", "dspy_unavailable", outOfOrder(facts), "optimized")

const outOfOrder = ({ breaker }: RouteFacts): string =>
  breaker === "open"
    ? "the optimized track failed several times in a row and is given time to recover"
    : "the optimized track cannot answer just now"

const traditional = (facts: RouteFacts, reason: RouteReason, because: string): Route =>
  route(facts, "traditional", reason, because, "traditional")

/** Nothing is left to chance. */
const route = (
  facts: RouteFacts,
  to: RouteTarget,
  reason: RouteReason,
  because: string,
  assigned: Assignment,
): Route => ({ to, reason, because, assigned, propensity: 1, share: null, facts })

const sayer = (facts: RouteFacts): string =>
  facts.modeSource === "step_override" ? "step override" : facts.modeSource.replace("_", " ")
