import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { JsonObject } from "../../Json.ts"
import { renderValue } from "../../language/prettyJson.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import { ModelError, type Models } from "../models/Models.ts"
import { Prompts } from "../prompts/Prompts.ts"
import { askModel, chat } from "./askModel.ts"
import { modelFailure } from "./modelFailure.ts"
import type { OwnStepContext, OwnStepType } from "./OwnStepType.ts"
import type { StepType } from "./StepType.ts"
import { stepAnswer } from "./stepAnswer.ts"
import { stepPrompt } from "./stepPrompt.ts"

/** How a step type of an embedding program is executed. */
export const ownStep = (own: OwnStepType): StepType => ({
  prompts: (task) => (hasPrompt(task) ? Effect.map(stepPrompt(task), (parts) => [{ parts }]) : Effect.succeed([])),
  execute: Effect.fnUntraced(function* (task) {
    const models = yield* Effect.context<Models>()
    const prompts = yield* Prompts
    const prompt = hasPrompt(task) ? (yield* prompts.render(yield* stepPrompt(task), task)).prompt : undefined
    const spent: Spent = { usage: noUsage, model: null }

    const callModel =
      (signal: AbortSignal): OwnStepContext["callModel"] =>
      (messages, options) =>
        Effect.runPromiseWith(models)(
          askModel(task, {
            family: "claude",
            ...options,
            messages: typeof messages === "string" ? chat(messages) : messages,
          }).pipe(Effect.tap(charge(spent)), Effect.tapError(charge(spent))),
          { signal },
        )

    const answer = yield* Effect.tryPromise({
      try: async (signal) => own.run({ ...contextOf(task, prompt), signal, callModel: callModel(signal) }),
      catch: (error) => thrown(error, task, spent.usage),
    })
    const result = yield* Effect.mapError(decodeResult(answer), () => noResult(task, spent.usage))
    const { text, ...keys } = typeof result === "string" ? { text: result } : result
    return stepAnswer(task, { ...spent, text: renderValue(text ?? keys) }, { ...keys, success: true })
  }),
})

/** What the calls of one execution used up, and the model that answered last. */
interface Spent {
  usage: Usage
  model: string | null
}

const charge =
  (spent: Spent) =>
  ({ usage = noUsage, model }: { readonly usage?: Usage; readonly model: string }): Effect.Effect<void> =>
    Effect.sync(() => {
      spent.usage = addUsage(spent.usage, usage)
      spent.model = model
    })

const hasPrompt = ({ step }: StepTask): boolean => step.prompt !== undefined || step.signature !== undefined

const decodeResult = Schema.decodeUnknownEffect(Schema.Union([Schema.String, JsonObject]))

const contextOf = ({ step, scope }: StepTask, prompt: string | undefined) => ({
  step,
  inputs: scope.inputs,
  results: scope.results,
  variables: scope.variables,
  prompt,
})

/** A failure of a model, or one that the step type made itself, keeps its reason; anything else is a defect. */
const thrown = (error: unknown, { step }: StepTask, usage: Usage): StepFailure => {
  if (error instanceof StepFailure) return error
  if (error instanceof ModelError) {
    const { reason, message } = modelFailure(error, { step: step.name, track: "traditional" })
    return new StepFailure({ reason, message, usage })
  }
  const message = error instanceof Error ? error.message : String(error)
  return new StepFailure({ reason: "defect", message: `Step "${step.name}" (${step.type}): ${message}`, usage })
}

const noResult = ({ step }: StepTask, usage: Usage): StepFailure =>
  new StepFailure({
    reason: "defect",
    message: `Step "${step.name}": step type "${step.type}" must return a string or a JSON object.`,
    usage,
  })
