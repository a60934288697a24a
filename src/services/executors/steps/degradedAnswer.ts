import * as Effect from "effect/Effect"
import type { JsonObject } from "../../../Json.ts"
import type { StepFailure } from "../../../StepFailure.ts"
import type { StepTask } from "../../../StepTask.ts"
import { addUsage, noUsage } from "../../../Usage.ts"
import type { Models } from "../../models/Models.ts"
import { askModel, type Question } from "../askModel.ts"
import { modelFailure } from "../modelFailure.ts"
import { stepAnswer } from "../stepAnswer.ts"
import type { StepAnswer } from "../TrackExecutor.ts"

interface Degradation {
  /** As written in `fallback_action`; an unknown one is graceful degradation. */
  readonly action: string
  readonly question: Question
  readonly failure: StepFailure
  readonly metadata: JsonObject
}

/**
 * What `claude_robust` answers when its attempts failed and it is told how to go on. The result has
 * `degraded: true`, `fallback_type` and `original_error`; `simplified_prompt` asks once more and
 * fails if that fails too.
 */
export const degradedAnswer = Effect.fnUntraced(function* (
  task: StepTask,
  { action, question, failure, metadata }: Degradation,
): Effect.fn.Return<StepAnswer, StepFailure, Models> {
  const spent = failure.usage ?? noUsage
  const marks = { ...metadata, degraded: true, fallback_type: fallbackType(action), original_error: failure.message }

  if (action === "simplified_prompt") {
    const answer = yield* askModel(task, { ...question, messages: question.messages.map(shortened) }).pipe(
      Effect.mapError((error) => modelFailure(error, { step: task.step.name, track: "traditional", usage: spent })),
    )
    return stepAnswer(task, { ...answer, usage: addUsage(spent, answer.usage) }, marks)
  }
  const mode = action === "emergency_response" ? { emergency_mode: true } : { degraded_mode: true }
  return { ...stepAnswer(task, { text: apology(task, action), model: null, usage: spent }, { ...marks, ...mode }) }
})

const fallbackType = (action: string): string =>
  action === "simplified_prompt" || action === "emergency_response" || action === "use_cached_response"
    ? action
    : "graceful_degradation"

const apology = ({ step: { name } }: StepTask, action: string): string => {
  switch (action) {
    case "emergency_response":
      return `Step "${name}" got no answer from its model. Treat this as an emergency: nothing was done.`
    case "use_cached_response":
      return `Step "${name}" got no answer from its model, and no earlier answer is kept.`
    default:
      return `Step "${name}" got no answer from its model. The run goes on without it.`
  }
}

const simplePromptLength = 2000

const shortened = <Message extends { readonly content: string }>(message: Message): Message => ({
  ...message,
  content: message.content.slice(0, simplePromptLength),
})
