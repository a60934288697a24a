import * as Schema from "effect/Schema"
import { BudgetLimits } from "./BudgetLimits.ts"
import { Condition } from "./Condition.ts"
import { StepDspyConfig } from "./DspyConfig.ts"
import { ExecutionMode } from "./ExecutionMode.ts"
import { PromptPart } from "./PromptPart.ts"
import { QualityCheck } from "./QualityCheck.ts"
import { Signature } from "./Signature.ts"

/** The step types that call a model. */
export const modelStepTypes = [
  "claude",
  "gemini",
  "gemini_instructor",
  "claude_smart",
  "claude_session",
  "claude_extract",
  "claude_batch",
  "claude_robust",
  "parallel_claude",
] as const

/** The other step types of the format. */
export const controlStepTypes = [
  "set_variable",
  "for_loop",
  "while_loop",
  "data_transform",
  "file_ops",
  "pipeline",
] as const

/**
 * One unit of work. Key names are those of the YAML format; keys that belong to one step type only
 * (`claude_options`, `variables`, `tasks`, …) are kept as written and decoded by that step type.
 */
export const Step = Schema.StructWithRest(
  Schema.Struct({
    name: Schema.NonEmptyString,
    type: Schema.NonEmptyString,
    prompt: Schema.optionalKey(Schema.Array(PromptPart)),
    condition: Schema.optionalKey(Condition),
    /** Where the answer is written, relative to the output directory. */
    output_to_file: Schema.optionalKey(Schema.String),
    execution_mode: Schema.optionalKey(ExecutionMode),
    signature: Schema.optionalKey(Signature),
    dspy_config: Schema.optionalKey(StepDspyConfig),
    /** Each limit in place of the same one of `hybrid_config.budget.step`; of a loop or pipeline: of all steps in it, too. */
    budget: Schema.optionalKey(BudgetLimits),
    /** How the step's answers are judged while it runs: the weighted mean of these checks. */
    quality: Schema.optionalKey(Schema.Array(QualityCheck)),
  }),
  [Schema.Record(Schema.String, Schema.Unknown)],
)
export type Step = typeof Step.Type
