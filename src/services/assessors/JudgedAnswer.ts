import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Track } from "../../ExecutionMode.ts"
import type { Json, JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"
import { renderValue } from "../../language/prettyJson.ts"
import type { StepTask } from "../../StepTask.ts"
import { signatureInput } from "../executors/signatureInput.ts"
import { signatureOutputs } from "../executors/signatureOutputs.ts"
import type { StepAnswer } from "../executors/TrackExecutor.ts"

/** An answer as checks see it. */
export interface JudgedAnswer {
  readonly task: StepTask
  readonly track: Track
  readonly text: string
  /** Null for a step without a signature. */
  readonly outputs: JsonObject | null
  readonly result: JsonObject
}

export const judgedAnswer = (task: StepTask, { result }: StepAnswer, track: Track): JudgedAnswer => {
  const { text = "" } = result
  return { task, track, text: renderValue(text), outputs: outputsOf(task, result, renderValue(text)), result }
}

const outputsOf = ({ step }: StepTask, { outputs }: JsonObject, text: string): JsonObject | null => {
  if (outputs !== undefined && isRecord(outputs)) return outputs
  return step.signature === undefined ? null : signatureOutputs(step.signature, text)
}

/** The text, or the value of a field: of the outputs, or, where there are none, of the result. */
export const valueOf = ({ text, outputs, result }: JudgedAnswer, field: string | null): Json | undefined => {
  if (field === null) return text
  const fields = outputs ?? result
  return Object.hasOwn(fields, field) ? fields[field] : undefined
}

/** The inputs of the step's signature that have a value; the run's inputs for a step without one. */
export const inputsOf = (task: StepTask): Effect.Effect<JsonObject> => {
  const { signature } = task.step
  if (signature === undefined) return Effect.succeed(task.scope.inputs)
  return Effect.forEach(signature.inputs, (field) =>
    Effect.map(Effect.option(signatureInput(field, task)), (value) =>
      Option.match(value, {
        onNone: () => [],
        onSome: (given) => (given === undefined ? [] : [[field.name, given] as const]),
      }),
    ),
  ).pipe(Effect.map((values) => Object.fromEntries(values.flat())))
}
