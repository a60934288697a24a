import * as Effect from "effect/Effect"
import { OptimizationBench, OptimizationError, type OptimizationTask } from "./Optimizer.ts"

/** Fails where there is no model that can write instructions, or nothing that it could learn from. */
export const requireWriter = Effect.fnUntraced(function* (optimizer: string, { trainset }: OptimizationTask) {
  const bench = yield* OptimizationBench
  if (!bench.canWriteInstructions) {
    return yield* new OptimizationError({
      reason: "needs_capable_model",
      message:
        `${optimizer} has instructions written by a model, and the offline model cannot write any. ` +
        "Name another with --model, or take an optimizer that picks demos, such as knn_few_shot.",
    })
  }
  if (trainset.length === 0) {
    return yield* new OptimizationError({
      reason: "invalid_data",
      message: `${optimizer} learns from training rows, and there are none.`,
    })
  }
})
