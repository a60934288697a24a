import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Message } from "../../Message.ts"
import { OptimizationBench, type OptimizationError } from "./Optimizer.ts"
import { readProposal } from "./readProposal.ts"

/** What came of asking for instructions. */
export type Proposed =
  | { readonly _tag: "Written"; readonly instructions: string; readonly note: string | null }
  | { readonly _tag: "Unusable"; readonly why: string }
  | { readonly _tag: "Refused"; readonly error: OptimizationError }

/** Asks for instructions, at temperature 1. Budget and configuration still fail; a model that refuses is told as a value. */
export const proposeInstructions = Effect.fnUntraced(function* (
  messages: ReadonlyArray<Message>,
  rollout: number,
): Effect.fn.Return<Proposed, OptimizationError, OptimizationBench> {
  const bench = yield* OptimizationBench
  const answer = yield* Effect.result(bench.ask(messages, { temperature: 1, rollout }))
  if (Result.isFailure(answer)) {
    if (answer.failure.reason !== "model_failed") return yield* answer.failure
    return { _tag: "Refused", error: answer.failure }
  }
  const proposal = readProposal(answer.success)
  if (proposal === null) return { _tag: "Unusable", why: "the model's answer held no instructions" }
  return { _tag: "Written", instructions: proposal.instructions, note: proposal.note ?? null }
})
