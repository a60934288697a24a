import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { OptimizedExecutor } from "../../../src/services/executors/TrackExecutor.ts"
import { traditionalLayer } from "../../../src/services/executors/traditional.ts"
import { type EvaluateOptions, evaluateWorkflow } from "../../../src/services/evaluation/evaluateWorkflow.ts"
import { type ModelRequest, type ModelError, Models } from "../../../src/services/models/Models.ts"
import { withMeter } from "../../../src/services/models/CallMeter.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import type { StepFailure } from "../../../src/StepFailure.ts"
import type { StepTask } from "../../../src/StepTask.ts"
import type { JsonObject } from "../../../src/Json.ts"
import type { Workflow } from "../../../src/Workflow.ts"
import { settings } from "../executors/aTask.ts"

/** How the two tracks answer. Without `program` none is adopted. */
export interface Tracks {
  readonly model: (request: ModelRequest) => Effect.Effect<string, ModelError>
  readonly program?: (task: StepTask) => Effect.Effect<JsonObject, StepFailure>
  /** Of a traditional answer; an optimized one costs double. */
  readonly costUsd?: number | null
}

const tokens = { input: 10, output: 2 }

/** Measures a workflow with scripted tracks. */
export const evaluate = (workflow: Workflow, options: EvaluateOptions, tracks: Tracks) =>
  evaluateWorkflow({ workflow, directory: "/pipelines" }, options, {
    settings,
    run: { id: "evaluation-1", startedAt: "2026-01-02T03:04:05.000Z" },
  }).pipe(Effect.provide(tracksLayer(tracks)), Effect.runPromise)

const tracksLayer = ({ model, program, costUsd = 0.001 }: Tracks) => {
  const models = Layer.succeed(
    Models,
    withMeter({
      resolve: () => Effect.succeed("scripted/model"),
      generate: (request) =>
        Effect.map(model(request), (text) => ({
          text,
          model: request.model,
          usage: { tokens, costUsd },
          finishReason: "stop",
        })),
    }),
  )
  const optimized = Layer.succeed(OptimizedExecutor, {
    readiness: () =>
      Effect.succeed({ programId: program === undefined ? null : "prog-1", available: program !== undefined }),
    execute: (task) =>
      Effect.map(program?.(task) ?? Effect.die("no program"), (outputs) => ({
        result: { success: true, text: JSON.stringify(outputs), outputs },
        usage: { tokens, costUsd: costUsd === null ? null : 2 * costUsd },
      })),
  })
  return Layer.mergeAll(traditionalLayer, optimized).pipe(
    Layer.provide(stepTypesLayer([])),
    Layer.provideMerge(Layer.mergeAll(models, Prompts.layer)),
    Layer.provideMerge(NodeServices.layer),
  )
}
