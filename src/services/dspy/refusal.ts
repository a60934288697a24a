import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { OptimizationError } from "../optimization/Optimizer.ts"

/** An error in OpenAI's form. */
export const refusal = (status: number, code: string, message: string) =>
  HttpServerResponse.jsonUnsafe({ error: { message, type: code, code, param: null } }, { status })

/**
 * What the worker is told of a failure of the bench. 402 and 403 end its job. A model that failed has been asked again already,
 * so the status is one after which the worker does not ask once more.
 */
export const refusalOf = ({ reason, message }: OptimizationError) => {
  switch (reason) {
    case "budget_exhausted":
    case "budget_too_small":
      return refusal(402, "budget_exhausted", message)
    case "model_failed":
      return refusal(400, reason, message)
    case "metric_failed":
      return HttpServerResponse.jsonUnsafe({ error: message }, { status: 422 })
    case "configuration":
    case "needs_capable_model":
    case "invalid_data":
      return refusal(403, reason, message)
    case "dspy_unavailable":
    case "worker_failed":
      return refusal(500, reason, message)
  }
}
