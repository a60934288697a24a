import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { Demo } from "../../Program.ts"
import type { Field, Signature } from "../../Signature.ts"
import { fieldValue } from "./fieldValue.ts"
import { section, valueText } from "./sections.ts"

/** Stands where an incomplete demo has no output. */
export const leftOut = "(left out of this example)"

/** What the user says: one section for each input that has a value. */
export const inputSections = (fields: ReadonlyArray<Field>, inputs: JsonObject): string =>
  fields
    .flatMap(({ name }) => {
      const value = fieldValue(inputs, name)
      return value === undefined ? [] : [section(name, valueText(value))]
    })
    .join("\n\n")

/**
 * Demos as turns of user and assistant. Those that lack a field come first and say so; those without any
 * input or any output are no examples and are left out.
 */
export const demoTurns = (
  demos: ReadonlyArray<Demo>,
  { inputs }: Signature,
  outputs: ReadonlyArray<Field>,
  answer: (outputs: JsonObject) => string,
): ReadonlyArray<Message> => {
  const usable = demos.filter((demo) => hasAny(inputs, demo.inputs) && hasAny(outputs, demo.outputs))
  const isWhole = (demo: Demo) => hasAll(inputs, demo.inputs) && hasAll(outputs, demo.outputs)
  const partial = usable.filter((demo) => !isWhole(demo))
  const whole = usable.filter(isWhole)
  return [
    ...partial.flatMap((demo) => turns(demo, `${partly}\n\n${inputSections(inputs, demo.inputs)}`, answer)),
    ...whole.flatMap((demo) => turns(demo, inputSections(inputs, demo.inputs), answer)),
  ]
}

const partly = "Some fields of this example are not known."

const turns = (demo: Demo, asked: string, answer: (outputs: JsonObject) => string): ReadonlyArray<Message> => [
  { role: "user", content: asked },
  { role: "assistant", content: answer(demo.outputs) },
]

const isGiven = (values: JsonObject, { name }: Field): boolean => fieldValue(values, name) !== undefined

const hasAny = (fields: ReadonlyArray<Field>, values: JsonObject): boolean =>
  fields.some((field) => isGiven(values, field))

const hasAll = (fields: ReadonlyArray<Field>, values: JsonObject): boolean =>
  fields.every((field) => field.optional === true || isGiven(values, field))
