import type { JsonObject } from "../../Json.ts"
import type { Field, Signature } from "../../Signature.ts"
import { fieldList } from "../adapters/describeFields.ts"
import { valueText } from "../adapters/sections.ts"

/** What goes in and out of a task, for a model that writes about it. */
export const taskText = ({ inputs, outputs }: Signature): string =>
  `The model is given:\n${fieldList(inputs)}\n\nIt has to give:\n${fieldList(outputs)}`

/** Characters of one value that a model that writes instructions gets to see. */
const mostOfValue = 2_000

/** The values of these fields, one after the other; long ones are cut. */
export const valuesText = (fields: ReadonlyArray<Field>, values: JsonObject): string =>
  fields
    .map(({ name }) => {
      const value = values[name]
      return `${name}: ${value === undefined ? "(nothing)" : shortened(valueText(value))}`
    })
    .join("\n")

/** Instructions in a fence, so that it is plain where they begin and end. */
export const instructionsBlock = (instructions: string): string => `\`\`\`\n${instructions.trim() || "(none)"}\n\`\`\``

const shortened = (text: string): string =>
  text.length <= mostOfValue ? text : `${text.slice(0, mostOfValue)} … (${text.length - mostOfValue} characters more)`
