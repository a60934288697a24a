import type { Field } from "../../Signature.ts"
import { withoutMarkers } from "./sections.ts"

/** A numbered list of fields: name, type and description of each. */
export const fieldList = (fields: ReadonlyArray<Field>): string =>
  fields.map((field, at) => `${at + 1}. \`${field.name}\` (${typeName(field)})${description(field)}`).join("\n")

/** What a value of the field looks like, in one line. */
export const valueRule = (field: Field): string => {
  const rule = withoutMarkers(ruleOf(field))
  return field.optional === true ? `${rule}; null where there is nothing to say` : rule
}

/** The instructions under a heading; nothing where there are none. They stand behind the field lists, so that no list of their own is taken for one. */
export const taskText = (instructions: string): string =>
  instructions.trim() === "" ? "" : `Your task:\n${withoutMarkers(instructions.trim())}`

const ruleOf = (field: Field): string => {
  switch (field.type) {
    case "string":
      return "text"
    case "number":
      return "a number, digits only"
    case "integer":
      return "a whole number, digits only"
    case "boolean":
      return "true or false"
    case "enum":
      return field.values === undefined ? "text" : "one of the labels above, to the letter"
    case "array":
      return `a JSON array${schemaOf(field)}`
    case "object":
      return `a JSON object${schemaOf(field)}`
  }
}

const typeName = (field: Field): string => {
  const name = withoutMarkers((field.type === "enum" ? labels(field) : undefined) ?? plainName(field))
  return field.optional === true ? `optional; ${name}` : name
}

const plainName = ({ type }: Field): string => (type === "string" || type === "enum" ? "text" : type)

const description = ({ description: said }: Field): string =>
  said === undefined || said.trim() === "" ? "" : `: ${withoutMarkers(said.trim().replace(/\s*\n\s*/g, " "))}`

/** The labels in quotes where one could not be told from its neighbours without them. */
const labels = ({ values }: Field): string | undefined => {
  if (values === undefined) return undefined
  const plain = values.every((label) => /^[\p{L}\p{N}][\p{L}\p{N} _/+&-]*$/u.test(label) && label.length <= 60)
  return `one of: ${values.map((label) => (plain ? label : JSON.stringify(label))).join("; ")}`
}

const schemaOf = ({ schema }: Field): string =>
  schema === undefined ? "" : ` that fits this JSON Schema: ${JSON.stringify(schema)}`
