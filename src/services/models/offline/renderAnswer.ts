import type { Json } from "../../../Json.ts"
import { textOf } from "./jsonIn.ts"
import { marked } from "./markedFields.ts"
import type { OutputField, PromptReading } from "./PromptReading.ts"
import { titled } from "./titled.ts"

/**
 * The answer in the form that the prompt asks for; never empty. Sections follow DSPy's spelling (True, None, nothing for an
 * empty text) where the fields have Python types, else that of JSON.
 */
export const renderAnswer = (
  { form, instructions }: PromptReading,
  answers: ReadonlyArray<readonly [OutputField, Json]>,
): string => {
  if (form === "object")
    return JSON.stringify(Object.fromEntries(answers.map(([{ name }, value]) => [name, value])), null, 2)
  if (form === "value") return JSON.stringify(answers[0]?.[1] ?? null)
  if (form === "markers") {
    const python = /\((?:(?:str|int|float|bool)\b|(?:Literal|list|dict|Optional|Union)\[)/.test(instructions)
    const sections = answers.map(([{ name }, value]) =>
      marked(name, python ? pythonText(value) : value === "" ? '""' : textOf(value)),
    )
    return [...sections, "[[ ## completed ## ]]"].join("\n\n")
  }
  const only = answers.length === 1 ? answers[0] : undefined
  const lines =
    only === undefined ? answers.map(([{ name }, value]) => `${titled(name)}: ${textOf(value)}`) : [textOf(only[1])]
  return lines.join("\n").trim() || "unknown"
}

const pythonText = (value: Json): string =>
  value === true ? "True" : value === false ? "False" : value === null ? "None" : textOf(value)
