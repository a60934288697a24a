import { defaultRoutingPolicy, type RoutingPolicy } from "../RoutingPolicy.ts"
import type { Workflow } from "../Workflow.ts"

/** What a workflow says about routing; what it does not say has its default. */
export const routingPolicy = ({ hybrid_config: hybrid = {} }: Workflow): RoutingPolicy => {
  const standard = defaultRoutingPolicy
  return {
    intelligent: hybrid.intelligent_routing ?? standard.intelligent,
    abTesting: hybrid.ab_testing_enabled ?? standard.abTesting,
    threshold: hybrid.performance_threshold ?? standard.threshold,
    controlShare: hybrid.control_share ?? standard.controlShare,
    explorationShare: hybrid.exploration_share ?? standard.explorationShare,
    comparisonBudget: hybrid.comparison_budget ?? standard.comparisonBudget,
    guardrails: {
      successRateDrop: hybrid.guardrails?.success_rate_drop ?? standard.guardrails.successRateDrop,
      costRatio: hybrid.guardrails?.cost_ratio ?? standard.guardrails.costRatio,
      slowShareRise: hybrid.guardrails?.slow_share_rise ?? standard.guardrails.slowShareRise,
    },
  }
}
