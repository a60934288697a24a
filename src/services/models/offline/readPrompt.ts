import type { JsonObject } from "../../../Json.ts"
import type { ModelMessage } from "../Models.ts"
import { fieldOfSchema } from "./fieldType.ts"
import { asObject } from "./jsonIn.ts"
import { withoutReferences } from "./jsonSchema.ts"
import type { PromptReading } from "./PromptReading.ts"
import { readMarkedPrompt } from "./readMarkedPrompt.ts"
import { readProsePrompt } from "./readProsePrompt.ts"

/**
 * What a prompt asks and with what, whether an adapter or a person wrote it; total over all messages. A schema that came
 * with the request wins over what the prompt says about the answer's form; labels in the prompt are kept.
 */
export const readPrompt = (messages: ReadonlyArray<ModelMessage>, jsonSchema?: JsonObject): PromptReading => {
  const reading = readMarkedPrompt(messages) ?? readProsePrompt(messages)
  const properties = jsonSchema === undefined ? undefined : asObject(withoutReferences(jsonSchema)["properties"])
  if (properties === undefined) return reading
  const outputs = Object.entries(properties).map(([name, schema]) => {
    const field = fieldOfSchema(name, asObject(schema) ?? {})
    const told = reading.outputs.find((output) => output.name === name)
    return field.labels.length > 0 || told === undefined ? field : { ...field, labels: told.labels }
  })
  return { ...reading, form: "object", outputs }
}
