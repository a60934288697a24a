import * as Schema from "effect/Schema"

/** A number from 0 to 1. */
export const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

/** What the optimized track may cost beside its gain in quality, before it loses what it won. */
export const Guardrails = Schema.Struct({
  /** By how much its share of answered steps may be lower. */
  successRateDrop: Share,
  /** How many times as much an answer may cost. */
  costRatio: Schema.Finite.check(Schema.isGreaterThan(0)),
  /** By how much its share of slow answers may be higher; slow is what the slowest 5 % of the traditional track take. */
  slowShareRise: Share,
})
export type Guardrails = typeof Guardrails.Type

/** What a workflow's `hybrid_config` says about routing by evidence, defaults filled in. */
export const RoutingPolicy = Schema.Struct({
  /** `false`: no estimate, the optimized track wherever a program is adopted. */
  intelligent: Schema.Boolean,
  /** `false`: undecided steps are not tested. */
  abTesting: Schema.Boolean,
  /** The least gain in quality that is worth switching for. */
  threshold: Share,
  /** The share that the losing track keeps. */
  controlShare: Share,
  /** The share of a program that is not thought to be worth it. */
  explorationShare: Share,
  /** The share of steps that run both tracks once the first pairs are there. */
  comparisonBudget: Share,
  guardrails: Guardrails,
})
export type RoutingPolicy = typeof RoutingPolicy.Type

export const defaultRoutingPolicy: RoutingPolicy = {
  intelligent: true,
  abTesting: true,
  threshold: 0.1,
  controlShare: 0.02,
  explorationShare: 0.1,
  comparisonBudget: 0.1,
  guardrails: { successRateDrop: 0.05, costRatio: 2, slowShareRise: 0.25 },
}
