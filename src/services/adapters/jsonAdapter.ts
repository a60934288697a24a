import type { JsonObject } from "../../Json.ts"
import type { Field } from "../../Signature.ts"
import type { Adapter, PromptMaterial } from "./Adapter.ts"
import { answerSchema } from "./answerSchema.ts"
import { demoTurns, inputSections, leftOut } from "./demoTurns.ts"
import { fieldList, taskText, valueRule } from "./describeFields.ts"
import { fieldValue } from "./fieldValue.ts"
import { outputFields } from "./outputFields.ts"
import { readAnswer } from "./readAnswer.ts"
import { section } from "./sections.ts"

/** Inputs as sections that a marker line opens, outputs as one JSON object. */
export const jsonAdapter: Adapter = {
  name: "json",
  format: (material) => {
    const { signature, demos, inputs } = material
    const outputs = outputFields(material)
    return [
      { role: "system", content: systemText(material, outputs) },
      ...demoTurns(demos, signature, outputs, (answer) => renderJson(outputs, answer)),
      { role: "user", content: `${inputSections(signature.inputs, inputs)}\n\n${closing(outputs)}` },
    ]
  },
  parse: (text, material) => readAnswer(text, outputFields(material)),
  outputSchema: (material) => answerSchema(outputFields(material)),
}

/** An answer as a JSON object; outputs that are not known are said to be left out, optional ones are not mentioned. */
export const renderJson = (fields: ReadonlyArray<Field>, outputs: JsonObject): string => {
  const known = fields.flatMap((field) => {
    const value = fieldValue(outputs, field.name)
    if (value !== undefined) return [[field.name, value] as const]
    return field.optional === true ? [] : [[field.name, leftOut] as const]
  })
  return JSON.stringify(Object.fromEntries(known), null, 2)
}

const systemText = ({ signature, candidate }: PromptMaterial, outputs: ReadonlyArray<Field>): string =>
  [
    `You are given these input fields:\n${fieldList(signature.inputs)}`,
    `You fill in these output fields:\n${fieldList(outputs)}`,
    taskText(candidate.instructions),
    "Inputs are written in sections. A line with a name in double brackets opens each of them:",
    ...signature.inputs.map(({ name }) => section(name, `{${name}}`)),
    "Answers are written as one JSON object:",
    JSON.stringify(Object.fromEntries(outputs.map((field) => [field.name, valueRule(field)])), null, 2),
  ]
    .filter((text) => text !== "")
    .join("\n\n")

const closing = (outputs: ReadonlyArray<Field>): string =>
  `Answer with one JSON object and nothing else; its keys are ${outputs.map(({ name }) => `\`${name}\``).join(", then ")}.`
