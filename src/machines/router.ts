import type { Assignment, Route, RouteFacts, RouteReason, RouteTarget } from "../Route.ts"

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
  if (!facts.optimizedAvailable) return unavailable(facts, "optimized")
  return route(facts, "optimized", "mode_optimized", `mode dspy_optimized, said by the ${sayer(facts)}`, "optimized")
}

const routeHybrid = (facts: RouteFacts): Route => {
  if (!facts.optimizationEnabled) return disabled(facts)
  if (facts.programId === null) return traditional(facts, "no_program", "no program is adopted for this signature")
  if (!facts.intelligentRouting) {
    if (!facts.optimizedAvailable) return unavailable(facts, "optimized")
    return route(facts, "optimized", "not_intelligent", "routing is not by evidence: the program serves", "optimized")
  }
  if (!facts.abTestingEnabled) {
    return traditional(facts, "ab_testing_off", "nothing is known of the program yet, and testing it is turned off")
  }
  if (facts.sideEffects) return splitSideEffects(facts)
  return compare(facts, "undecided", "nothing is known of the program yet: both tracks are compared")
}

/** A step that can write runs once: half the traffic on each track, never both. */
const splitSideEffects = (facts: RouteFacts): Route => {
  const because = "the step lists tools that write: one track is drawn, and the tracks are never compared"
  if (facts.draw >= 0.5) return traditional(facts, "side_effects", because, 0.5)
  if (!facts.optimizedAvailable) return unavailable(facts, "optimized", 0.5)
  return route(facts, "optimized", "side_effects", because, "optimized", 0.5)
}

const routeEvaluation = (facts: RouteFacts): Route => {
  if (!facts.optimizationEnabled) return disabled(facts)
  if (facts.programId === null) return traditional(facts, "no_program", "no program is adopted for this signature")
  if (facts.sideEffects)
    return traditional(facts, "side_effects", "the step lists tools that write: it is not compared")
  return compare(facts, "mode_evaluation", "mode evaluation compares both tracks")
}

const compare = (facts: RouteFacts, reason: RouteReason, because: string): Route =>
  facts.optimizedAvailable ? route(facts, "comparing", reason, because, "both") : unavailable(facts, "both")

const disabled = (facts: RouteFacts): Route =>
  traditional(facts, "optimization_disabled", "the step's dspy_config turns optimization off")

const unavailable = (facts: RouteFacts, assigned: Assignment, propensity = 1): Route =>
  route(facts, "fallback", "dspy_unavailable", "the optimized track cannot answer just now", assigned, propensity)

const traditional = (facts: RouteFacts, reason: RouteReason, because: string, propensity = 1): Route =>
  route(facts, "traditional", reason, because, "traditional", propensity)

const route = (
  facts: RouteFacts,
  to: RouteTarget,
  reason: RouteReason,
  because: string,
  assigned: Assignment,
  propensity = 1,
): Route => ({ to, reason, because, assigned, propensity, facts })

const sayer = (facts: RouteFacts): string =>
  facts.modeSource === "step_override" ? "step override" : facts.modeSource.replace("_", " ")
