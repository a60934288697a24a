import type { RawAnswer } from "./callModel.ts"
import type { Failure } from "./classifyFailure.ts"

/** Why an answer that arrived cannot be used; `undefined` when it can. */
export const unusable = ({ finishReason, text }: RawAnswer): Failure | undefined => {
  if (finishReason === "content-filter") return failure("refused", "it was stopped by refusal or content filter")
  if (finishReason === "interrupted")
    return { ...failure("unreachable", "the stream ended before the answer did"), retryable: true }
  if (finishReason === "error") return failure("invalid_answer", "it ended with an error")
  if (text.trim() === "")
    return failure(
      "invalid_answer",
      finishReason === "length" ? "it reached its limit of output tokens before any text" : "the answer is empty",
    )
  return undefined
}

const failure = (reason: Failure["reason"], detail: string): Failure => ({
  reason,
  detail,
  headers: {},
  retryable: false,
  mayBeCharged: true,
})
