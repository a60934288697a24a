import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import { interpolate } from "../../language/interpolate.ts"
import type { Field } from "../../Signature.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { dialectOf, templateFailure } from "./filledTask.ts"

/**
 * The value of a signature's input: what the field's template says, else the run's input of the same name; undefined
 * for an optional field without one. Fails with `invalid_input`.
 */
export const signatureInput = (field: Field, task: StepTask): Effect.Effect<Json | undefined, StepFailure> => {
  if (field.template !== undefined) {
    return Result.match(interpolate(field.template, task.scope, dialectOf(task.settings)), {
      onSuccess: ({ value }) => Effect.succeed(value),
      onFailure: (error) => Effect.fail(templateFailure(error, task)),
    })
  }
  const value = task.scope.inputs[field.name]
  return value !== undefined || field.optional === true ? Effect.succeed(value) : Effect.fail(notGiven(field, task))
}

const notGiven = (field: Field, { step }: StepTask): StepFailure =>
  new StepFailure({
    reason: "invalid_input",
    message:
      `Step "${step.name}": its signature needs the input "${field.name}", which was not given. ` +
      `Pass --input ${field.name}=…, or give the field a template such as "{{steps.earlier.text}}".`,
  })
