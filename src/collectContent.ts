import * as Effect from "effect/Effect"
import type { JsonObject } from "./Json.ts"
import { isRecord } from "./language/lookUp.ts"
import type { StepEnd } from "./learnFromStep.ts"
import type { StepContent } from "./services/feedback/StepOutcome.ts"
import { TrainingData } from "./services/training/TrainingData.ts"
import type { Signature } from "./Signature.ts"
import { signatureHash } from "./signatureHash.ts"

/** What a step of a workflow that collects training data was asked. */
export interface AskedStep {
  readonly signature: Signature
  readonly inputs: JsonObject
}

/**
 * Collects a good answer to learn from, and gives what may be kept until someone judges it; undefined where nothing may.
 * What cannot be stored is said on the log.
 */
export const collectContent = Effect.fnUntraced(function* (
  end: StepEnd,
  { signature, inputs }: AskedStep,
): Effect.fn.Return<StepContent | undefined, never, TrainingData> {
  if (end._tag !== "StepCompleted") return undefined
  const outputs = end.result?.["outputs"]
  if (outputs === undefined || !isRecord(outputs)) return undefined
  const { runId, step, workflow, at, quality } = end
  const provenance = { source: "outcome" as const, runId, step, workflow, at, quality: quality ?? 0 }
  const training = yield* TrainingData
  const kept = yield* training.redact({ inputs, outputs, provenance })
  if (kept === null) return undefined
  const hash = signatureHash(signature)
  if (quality !== undefined) {
    yield* training
      .keep(hash, kept)
      .pipe(Effect.catch(({ message }) => Effect.logWarning(`A row of step "${step}" is not collected: ${message}`)))
  }
  return { signatureHash: hash, inputs: kept.inputs, outputs: kept.outputs }
})
