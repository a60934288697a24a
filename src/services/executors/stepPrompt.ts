import * as Effect from "effect/Effect"
import type { Json } from "../../Json.ts"
import { renderValue } from "../../language/prettyJson.ts"
import type { PromptPart } from "../../PromptPart.ts"
import type { Field, Signature } from "../../Signature.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { signatureInput } from "./signatureInput.ts"

/**
 * The parts of a step's prompt. A step without one that has a signature gets a plain prompt made of
 * its instructions, its inputs' values and the names of its outputs.
 */
export const stepPrompt = (task: StepTask): Effect.Effect<ReadonlyArray<PromptPart>, StepFailure> => {
  const { prompt, signature, name } = task.step
  if (prompt !== undefined) return Effect.succeed(prompt)
  if (signature !== undefined)
    return Effect.map(signaturePrompt(signature, task), (content) => [{ type: "static", content }])
  return Effect.fail(
    new StepFailure({
      reason: "configuration",
      message: `Step "${name}" has neither a prompt nor a signature. Add: prompt: [{ type: static, content: "…" }]`,
    }),
  )
}

const signaturePrompt = Effect.fnUntraced(function* (signature: Signature, task: StepTask) {
  const inputs = yield* Effect.forEach(signature.inputs, (field) =>
    Effect.map(signatureInput(field, task), (value) => (value === undefined ? [] : [inputText(field, value)])),
  )
  return [signature.instructions.trim(), ...inputs.flat(), closing(signature)]
    .filter((text) => text !== "")
    .join("\n\n")
})

const inputText = (field: Field, value: Json): string => {
  const title = field.description === undefined ? field.name : `${field.name} (${field.description})`
  return `${title}:\n${renderValue(value)}`
}

const closing = ({ outputs }: Signature): string => {
  const [only, ...others] = outputs
  if (others.length === 0 && only.type !== "object" && only.type !== "array") {
    return `Reply with ${described(only)} and nothing else.`
  }
  return `Reply with one JSON object that has these fields:\n${outputs.map((field) => `- ${described(field)}`).join("\n")}`
}

const described = (field: Field): string => {
  const kind = field.values === undefined ? field.type : `one of ${field.values.join(", ")}`
  const details = [kind, ...(field.description === undefined ? [] : [field.description])].join("; ")
  return `"${field.name}" (${details}${field.optional === true ? "; may be left out" : ""})`
}
