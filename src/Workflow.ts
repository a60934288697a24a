import * as Schema from "effect/Schema"
import { DspyConfig } from "./DspyConfig.ts"
import { HybridConfig } from "./HybridConfig.ts"
import { JsonObject } from "./Json.ts"
import type { Problem } from "./Problem.ts"
import { Step } from "./Step.ts"

/** Where a workflow's relative paths start when neither flag nor YAML says otherwise. */
const WorkflowDefaults = Schema.StructWithRest(Schema.Struct({ output_dir: Schema.optionalKey(Schema.String) }), [
  Schema.Record(Schema.String, Schema.Unknown),
])

/** A pipeline: steps in order, and how they may be optimized. The same shape in YAML and in TypeScript. */
export const Workflow = Schema.StructWithRest(
  Schema.Struct({
    name: Schema.NonEmptyString,
    steps: Schema.NonEmptyArray(Step),
    defaults: Schema.optionalKey(WorkflowDefaults),
    global_vars: Schema.optionalKey(JsonObject),
    dspy_config: Schema.optionalKey(DspyConfig),
    hybrid_config: Schema.optionalKey(HybridConfig),
  }),
  [Schema.Record(Schema.String, Schema.Unknown)],
)
export type Workflow = typeof Workflow.Type

/** A workflow as it is written. */
export type WorkflowInput = typeof Workflow.Encoded

/** A workflow together with where it came from. */
export interface LoadedWorkflow {
  readonly workflow: Workflow
  /** The file it was read from; absent for one written in TypeScript. */
  readonly file?: string
  /** The directory that relative paths in it fall back to. */
  readonly directory: string
  /** What is worth saying about it, though it can be run. */
  readonly warnings?: ReadonlyArray<Problem>
}
