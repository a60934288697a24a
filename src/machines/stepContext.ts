import type { Track } from "../ExecutionMode.ts"
import type { Answered, Outcome } from "../Outcome.ts"
import type { Observation } from "../Observation.ts"
import type { Route, RouteFacts } from "../Route.ts"
import { defaultRoutingPolicy, type RoutingPolicy } from "../RoutingPolicy.ts"
import { StepFailure } from "../StepFailure.ts"
import type { StepTask } from "../StepTask.ts"
import { addUsage, noUsage, type Usage } from "../Usage.ts"
import { addOutcome, type Arms, unreached } from "./arms.ts"
import { type Choice, type Comparison, chooseOutcome } from "./chooseOutcome.ts"
import { type ConditionCheck, checkCondition } from "./condition.ts"
import type { ModeSayings } from "./executionMode.ts"
import type { FallbackPolicy } from "./fallback.ts"
import { routeStep } from "./router.ts"
import type { StepEnding, StepResult } from "./StepResult.ts"

export interface StepInput {
  readonly task: StepTask
  /** Who said what about the mode; the kill switch is asked when the step is routed. */
  readonly modes: Omit<ModeSayings, "killSwitch">
  readonly fallback: FallbackPolicy
  readonly routing: RoutingPolicy
  /** A hash of the user-given unit that keeps its track; null: every step is drawn anew. */
  readonly unit: string | null
  readonly seed: number
  /** Where the step was routed before its run was interrupted. */
  readonly recordedRoute?: Route
}

/** All that a step knows about itself. JSON throughout. */
export interface StepContext extends StepInput {
  readonly condition: ConditionCheck
  readonly route: Route | null
  readonly comparison: (Comparison & { readonly choice: Choice }) | null
  /** What each track did, whichever answered in the end. */
  readonly arms: Arms
  /** Why the traditional track took over; `null` while it has not. */
  readonly fallbackCause: StepFailure | null
  /** The answer that counts so far. */
  readonly answered: Answered | null
  /** The failure that counts so far. */
  readonly failure: StepFailure | null
  readonly executed: Track | null
  readonly cancelled: boolean
  readonly usage: Usage
  readonly latencyMs: number
}

export const startStep = (input: StepInput): StepContext => {
  const condition = checkCondition(input.task)
  return {
    ...input,
    condition,
    route: null,
    comparison: null,
    arms: {},
    fallbackCause: null,
    answered: null,
    failure: condition._tag === "Broken" ? invalidCondition(condition.message) : null,
    executed: null,
    cancelled: false,
    usage: noUsage,
    latencyMs: 0,
  }
}

const invalidCondition = (message: string) => new StepFailure({ reason: "invalid_input", message })

/** A route that was recorded is taken again, unless the facts are others by now. */
export const decideRoute = (facts: RouteFacts, recorded?: Route) => ({
  route: recorded?.facts === facts ? recorded : routeStep(facts),
})

/** A track that ran alone. */
export const keepOutcome = (context: StepContext, outcome: Outcome) => ({
  ...verdictOf(outcome),
  arms: addOutcome(context.arms, outcome),
  executed: outcome.track,
  usage: addUsage(context.usage, paidFor(outcome)),
  latencyMs: context.latencyMs + outcome.latencyMs,
})

/** Two tracks that ran side by side: both are paid for, and the slower one is waited for. */
export const keepComparison = (context: StepContext, comparison: Comparison) => {
  const choice = chooseOutcome(comparison)
  const { traditional, optimized } = comparison
  return {
    ...verdictOf(choice.winner === "optimized" ? optimized : traditional),
    comparison: { ...comparison, choice },
    arms: addOutcome(addOutcome(context.arms, traditional), optimized),
    executed: choice.winner,
    usage: addUsage(context.usage, addUsage(paidFor(traditional), paidFor(optimized))),
    latencyMs: context.latencyMs + Math.max(traditional.latencyMs, optimized.latencyMs),
  }
}

/** What an outcome says of the step it belongs to. */
export const verdictOf = (outcome: Outcome) =>
  outcome._tag === "Answered" ? { answered: outcome, failure: null } : { answered: null, failure: outcome.failure }

/** What an outcome cost, judging included. */
const paidFor = (outcome: Outcome): Usage =>
  outcome._tag === "Answered" && outcome.judgingUsage !== undefined
    ? addUsage(outcome.usage, outcome.judgingUsage)
    : outcome.usage

/** The failure of the optimized track, or of reaching it, becomes the reason for the fallback. */
export const fallBack = (context: StepContext) => {
  const cause = context.failure ?? unavailable(context.route)
  return { fallbackCause: cause, arms: { optimized: unreached(cause), ...context.arms }, failure: null }
}

/** No track took over although the optimized one could not be asked. */
export const giveUp = (context: StepContext) => {
  const failure = unavailable(context.route)
  return { failure, arms: { optimized: unreached(failure) } }
}

const unavailable = (route: Route | null) =>
  new StepFailure({ reason: "dspy_unavailable", message: route?.because ?? "the optimized track cannot answer" })

/** Once a step is routed a call may be open, and nobody knows what it will be charged. */
export const cancelStep = ({ route, usage }: StepContext) => ({
  cancelled: true,
  usage: route === null ? usage : { ...usage, costUsd: null },
})

/** An actor that broke instead of reporting an outcome. */
export const keepDefect = (error: unknown) => ({
  failure: new StepFailure({ reason: "defect", message: error instanceof Error ? error.message : String(error) }),
})

/** What the step says about its tracks, once it was routed. */
export const observationOf = ({ route, arms }: StepContext): Observation => ({
  subject: route?.facts.subject ?? null,
  policy: route?.facts.policy ?? defaultRoutingPolicy,
  unit: route?.facts.unit ?? null,
  assigned: route?.assigned ?? "traditional",
  share: route?.share ?? null,
  ...arms,
})

/** How the step stands; final once the machine is. */
export const stepEnding = (context: StepContext): StepEnding => {
  if (context.cancelled) return { _tag: "Cancelled" }
  if (context.condition._tag === "Fails") return { _tag: "Skipped", because: context.condition.because }
  if (context.failure === null && context.answered !== null) return { _tag: "Completed", answered: context.answered }
  return { _tag: "Failed", failure: context.failure ?? unavailable(context.route) }
}

export const stepResult = (context: StepContext): StepResult => ({
  ending: stepEnding(context),
  route: context.route,
  executed: context.executed,
  fellBack: context.fallbackCause !== null,
  usage: context.usage,
  latencyMs: context.latencyMs,
})
