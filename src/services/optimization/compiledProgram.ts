import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Json } from "../../Json.ts"
import type { HeldOutScore, Program } from "../../Program.ts"
import { signatureHash } from "../../signatureHash.ts"
import { programId } from "../programs/programFile.ts"
import type { Budget } from "./Budget.ts"
import type { OptimizationJob } from "./OptimizationJob.ts"
import type { Optimized } from "./Optimizer.ts"

/** The program that a job made, with where it comes from. */
export const compiledProgram = Effect.fnUntraced(function* (
  job: OptimizationJob,
  {
    optimized: { candidate, frozen, trials },
    heldOut,
    budget,
  }: { readonly optimized: Optimized; readonly heldOut: HeldOutScore | null; readonly budget: Budget },
) {
  const { signature, data } = job
  const content: Omit<Program, "id"> = {
    v: 1,
    createdAt: DateTime.formatIso(yield* DateTime.now),
    workflow: job.workflow.name,
    step: job.step.name,
    signature,
    signatureHash: signatureHash(signature),
    candidate,
    optimizer: { name: job.optimizer.name, engine: job.engine, settings: settingsOf(job), seed: job.seed },
    model: job.model,
    data: {
      fingerprint: data.fingerprint,
      train: data.train.length,
      validation: data.validation.length,
      heldOut: data.heldOut.length,
      ...(data.collected === 0 ? {} : { collected: data.collected }),
    },
    heldOut,
    compilation: { calls: budget.calls, tokens: budget.usage.tokens, costUsd: budget.usage.costUsd, trials },
    ...(frozen === undefined ? {} : { frozen }),
  }
  const program: Program = { ...content, id: programId(content) }
  return program
})

const settingsOf = ({ optimizerSettings, metric }: OptimizationJob): Record<string, Json> => ({
  ...optimizerSettings,
  metric: metric.name,
})
