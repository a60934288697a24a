import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import type { LoadedWorkflow } from "../../../Workflow.ts"

/** Names a workflow in a way that outlives the process, as far as that is possible. */
export const WorkflowReference = Schema.Struct({
  name: Schema.String,
  /** Absolute; absent for a workflow written in TypeScript, which only its own process knows. */
  file: Schema.optionalKey(Schema.String),
})
export type WorkflowReference = typeof WorkflowReference.Type

export const referenceTo = ({
  workflow: { name },
  file,
}: Pick<LoadedWorkflow, "workflow" | "file">): Effect.Effect<WorkflowReference, never, Path.Path> =>
  Effect.map(Path.Path, (path) => (file === undefined ? { name } : { name, file: path.resolve(file) }))

/** Finds a workflow again; null where this process cannot. */
export type ResolveWorkflow = (reference: WorkflowReference) => Effect.Effect<LoadedWorkflow | null>
