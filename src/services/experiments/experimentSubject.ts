import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { ExperimentSubject } from "../../ExperimentSubject.ts"
import { signatureHash } from "../../signatureHash.ts"
import type { StepTask } from "../../StepTask.ts"
import { Assessors } from "../assessors/Assessors.ts"
import type { OptimizedReadiness } from "../executors/TrackExecutor.ts"
import { traditionalHash } from "./traditionalHash.ts"

/** What an experiment about this step would be about; null without a program to set against its prompt. */
export const experimentSubject = Effect.fnUntraced(function* (
  task: StepTask,
  { programId, model, prior, compilationCostUsd }: OptimizedReadiness,
): Effect.fn.Return<ExperimentSubject | null, never, Assessors | FileSystem.FileSystem | Path.Path> {
  const { step, workflow } = task
  if (programId === null || step.signature === undefined) return null
  const assessor = (yield* Assessors).of(step)
  return {
    workflow,
    step: step.name,
    signatureHash: signatureHash(step.signature),
    programId,
    traditionalHash: yield* traditionalHash(task),
    model: model ?? "unknown",
    assessor: assessor?.label ?? null,
    delayed: assessor?.delayed ?? false,
    prior: prior ?? null,
    compilationCostUsd: compilationCostUsd ?? null,
  }
})
