import type { JsonObject } from "../../Json.ts"
import { prettyJson, renderValue } from "../../language/prettyJson.ts"
import type { Signature } from "../../Signature.ts"

/** What later steps see as a program's `text`: its only output, else its outputs as JSON. Reasoning is no part of it. */
export const answerText = ({ outputs: fields }: Pick<Signature, "outputs">, outputs: JsonObject): string => {
  const [first, ...others] = fields
  if (others.length === 0) return renderValue(outputs[first.name] ?? "")
  return prettyJson(
    Object.fromEntries(Object.entries(outputs).filter(([key]) => fields.some(({ name }) => name === key))),
  )
}
