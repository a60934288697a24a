import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { JsonObject } from "../../../Json.ts"
import { prettyJson } from "../../../language/prettyJson.ts"
import type { StepFailure } from "../../../StepFailure.ts"
import type { StepTask } from "../../../StepTask.ts"
import { noUsage } from "../../../Usage.ts"
import type { StepType } from "../StepType.ts"
import { decodeOptions } from "../stepOptions.ts"
import type { StepAnswer } from "../TrackExecutor.ts"

const Options = Schema.Struct({
  variables: Schema.optionalKey(Schema.NullOr(JsonObject)),
  scope: Schema.optionalKey(Schema.Unknown),
})

/** `set_variable`: sets `variables`, types kept, for the steps after it. Every scope is the run's. */
export const setVariable: StepType = {
  prompts: () => Effect.succeed([]),
  execute: (task) => assignedVariables(task),
}

/** The answer of a `set_variable` step, which needs no model. */
export const assignedVariables = Effect.fnUntraced(function* (
  task: StepTask,
): Effect.fn.Return<StepAnswer, StepFailure> {
  const { scope, variables: written } = yield* decodeOptions(Options, task.step)
  const variables = written ?? {}
  const names = Object.keys(variables).toSorted()
  return {
    result: {
      success: true,
      text: prettyJson(variables),
      cost: 0,
      model: null,
      variables_set: names,
      variable_count: names.length,
      scope: typeof scope === "string" ? scope : "global",
    },
    variables,
    usage: noUsage,
  }
})
