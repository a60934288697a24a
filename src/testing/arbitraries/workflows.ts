import fc from "fast-check"
import type { WorkflowInput } from "../../Workflow.ts"
import { anyShare } from "./routingPolicies.ts"
import { anyStep } from "./steps.ts"
import { plain } from "./plain.ts"

const anyName = fc.constantFrom("classify", "extract", "draft", "review", "route", "answer", "sum_up", "check_tone")

/** Valid workflows of one to five steps. What they ask of a run is the input `message`. */
export const anyWorkflow: fc.Arbitrary<WorkflowInput> = fc
  .uniqueArray(anyName, { minLength: 1, maxLength: 5 })
  .chain(([first = "classify", ...others]) =>
    fc.record(
      {
        name: fc.constantFrom("triage", "review", "newsletter"),
        steps: fc
          .tuple(
            anyStep(first, []),
            fc.tuple(...others.map((name, index) => anyStep(name, [first, ...others.slice(0, index)]))),
          )
          .map(([step, steps]): WorkflowInput["steps"] => [step, ...steps]),
        dspy_config: fc.record({ hybrid_mode: fc.boolean(), optimization_enabled: fc.boolean() }, { requiredKeys: [] }),
        hybrid_config: fc.record(
          {
            mode: fc.constantFrom("traditional", "dspy_optimized", "hybrid"),
            intelligent_routing: fc.boolean(),
            ab_testing_enabled: fc.boolean(),
            performance_threshold: anyShare,
            control_share: anyShare,
            fallback_enabled: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ["name", "steps"] },
    ),
  )
  .map(plain)
