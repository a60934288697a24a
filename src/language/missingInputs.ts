import type { JsonObject } from "../Json.ts"
import type { Step } from "../Step.ts"
import { splitTemplates } from "./splitTemplates.ts"

/** Names of inputs that the prompts of these steps use and that are not given, in the order of their use. */
export const missingInputs = (steps: ReadonlyArray<Step>, inputs: JsonObject): ReadonlyArray<string> => [
  ...new Set(
    steps
      .flatMap((step) => textsIn(step.prompt))
      .flatMap(inputNames)
      .filter((name) => !Object.hasOwn(inputs, name)),
  ),
]

const inputNames = (text: string): ReadonlyArray<string> =>
  splitTemplates(text).flatMap(({ kind, body }) => {
    const name = kind === "template" ? /^\s*inputs\.([\w-]+)/.exec(body)?.[1] : undefined
    return name === undefined ? [] : [name]
  })

const textsIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : []
}
