import * as Effect from "effect/Effect"
import type { JsonObject } from "../../Json.ts"
import type { Signature } from "../../Signature.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { signatureInput } from "./signatureInput.ts"

/** What a step's signature takes in, by field; optional fields without a value are left out. */
export const signatureInputs = (
  { inputs: fields }: Pick<Signature, "inputs">,
  task: StepTask,
): Effect.Effect<JsonObject, StepFailure> =>
  Effect.map(
    Effect.forEach(fields, (field) =>
      Effect.map(signatureInput(field, task), (value) => (value === undefined ? [] : [[field.name, value] as const])),
    ),
    (values) => Object.fromEntries(values.flat()),
  )
