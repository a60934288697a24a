import { createHash } from "node:crypto"
import { signatureHash } from "../../signatureHash.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"

/** Tells jobs apart: a start with the same key goes on where an interrupted one was. Limits do not count. */
export const jobKey = (job: OptimizationJob): string => {
  const { workflow, step, signature, optimizer, engine, optimizerSettings, seed, data, metric, model } = job
  const parts = [
    [workflow.name, step.name, signatureHash(signature)],
    [optimizer.name, engine, Object.entries(optimizerSettings).toSorted(), seed],
    [data.fingerprint, metric.name, model],
  ]
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32)
}
