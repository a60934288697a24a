import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type { OwnStepType } from "../../../src/services/executors/OwnStepType.ts"
import { stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { TraditionalExecutor } from "../../../src/services/executors/TrackExecutor.ts"
import { traditionalLayer } from "../../../src/services/executors/traditional.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import type { StepTask } from "../../../src/StepTask.ts"
import type { ScriptedModels } from "./scriptedModels.ts"

/** Executes a task on the traditional track, with no files in the world. */
export const execute = (task: StepTask, models: ScriptedModels, own: ReadonlyArray<OwnStepType> = []) =>
  TraditionalExecutor.use((executor) => executor.execute(task)).pipe(
    Effect.provide(
      traditionalLayer.pipe(Layer.provide(Layer.mergeAll(models.layer, stepTypesLayer(own), promptsWithoutFiles))),
    ),
  )

export const promptsWithoutFiles = Prompts.layer.pipe(
  Layer.provide(Layer.mergeAll(FileSystem.layerNoop({}), Path.layer)),
)
