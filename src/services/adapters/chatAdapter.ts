import type { JsonObject } from "../../Json.ts"
import type { Field } from "../../Signature.ts"
import type { Adapter, PromptMaterial } from "./Adapter.ts"
import { demoTurns, inputSections, leftOut } from "./demoTurns.ts"
import { fieldList, taskText, valueRule } from "./describeFields.ts"
import { fieldValue } from "./fieldValue.ts"
import { outputFields } from "./outputFields.ts"
import { readAnswer } from "./readAnswer.ts"
import { completed, marker, section } from "./sections.ts"
import { sectionText } from "./sectionText.ts"

/** Inputs and outputs as sections that a marker line opens. */
export const chatAdapter: Adapter = {
  name: "chat",
  format: (material) => {
    const { signature, demos, inputs } = material
    const outputs = outputFields(material)
    return [
      { role: "system", content: systemText(material, outputs) },
      ...demoTurns(demos, signature, outputs, (answer) => renderMarked(outputs, answer)),
      { role: "user", content: `${inputSections(signature.inputs, inputs)}\n\n${closing(outputs)}` },
    ]
  },
  parse: (text, material) => readAnswer(text, outputFields(material)),
}

/** An answer in sections; outputs that are not known are said to be left out, optional ones are not mentioned. */
export const renderMarked = (fields: ReadonlyArray<Field>, outputs: JsonObject): string =>
  [
    ...fields.flatMap((field) => {
      const value = fieldValue(outputs, field.name)
      if (value !== undefined) return [section(field.name, sectionText(field, value))]
      return field.optional === true ? [] : [section(field.name, leftOut)]
    }),
    marker(completed),
  ].join("\n\n")

const systemText = ({ signature, candidate }: PromptMaterial, outputs: ReadonlyArray<Field>): string =>
  [
    `You are given these input fields:\n${fieldList(signature.inputs)}`,
    `You fill in these output fields:\n${fieldList(outputs)}`,
    taskText(candidate.instructions),
    "Inputs and answers are written in sections. A line with a name in double brackets opens each of them:",
    ...signature.inputs.map(({ name }) => section(name, `{${name}}`)),
    ...outputs.map((field) => section(field.name, `{${valueRule(field)}}`)),
    marker(completed),
  ]
    .filter((text) => text !== "")
    .join("\n\n")

const closing = (outputs: ReadonlyArray<Field>): string => {
  const sections = [...outputs.map(({ name }) => name), completed].map((name) => `\`${marker(name)}\``)
  return `Answer with the section ${sections.slice(0, -1).join(", then ")}, and then end with ${sections.at(-1)}.`
}
