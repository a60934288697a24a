import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { Settings } from "../../Settings.ts"
import { signatureHash } from "../../signatureHash.ts"
import { version } from "../../version.ts"
import { type OptimizationKey, optimizationKey } from "../cache/optimizationKey.ts"
import { fingerprint } from "../datasets/fingerprint.ts"
import { evaluatedTask } from "../evaluation/evaluatedTask.ts"
import { traditionalHash } from "../experiments/traditionalHash.ts"
import { modelAddress } from "../models/modelAddress.ts"
import { type OptimizationJob, taskOf } from "./OptimizationJob.ts"

/** What the result of a job is kept under: all that it depends on, but for the criteria of adoption, which are each node's own. */
export const jobCacheKey = Effect.fnUntraced(function* (
  job: Omit<OptimizationJob, "cacheKey">,
  settings: Settings,
): Effect.fn.Return<OptimizationKey, never, FileSystem.FileSystem | Path.Path> {
  const { workflow, step, signature, optimizer, engine, seed, data, metric, model, limits } = job
  const [row = { inputs: {}, outputs: {} }] = data.train
  const { strictCompat, claudePreset } = job.settings
  return optimizationKey({
    version,
    signatureHash: signatureHash(signature),
    workflow: workflow.name,
    step: step.name,
    traditional: yield* traditionalHash(evaluatedTask(job, row, "traditional")),
    optimizer: { name: optimizer.name, engine, settings: job.optimizerSettings, seed },
    student: taskOf(job).student,
    metric: { name: metric.name, identity: metric.identity ?? null },
    model: { id: model, address: modelAddress(model, settings) },
    data: {
      train: fingerprint(data.train),
      validation: fingerprint(data.validation),
      heldOut: fingerprint(data.heldOut),
    },
    limits,
    surroundings: { strictCompat, claudePreset: claudePreset ?? null, variables: workflow.global_vars ?? {} },
  })
})
