import type { Json, JsonObject } from "../../Json.ts"
import type { Demo, Program } from "../../Program.ts"
import type { Field, Signature } from "../../Signature.ts"
import { dspyPrefix } from "./dspyPrefix.ts"

/**
 * The program as a state that `dspy.Predict(signature).load(file)` reads, or `dspy.ChainOfThought` where
 * reasoning is asked for: what `save` writes since 2.6. Demos picked from rows are in no such file.
 */
export const exportDspyState = ({ signature, candidate }: Program): string => {
  const reasoning = candidate.reasoning ? [{ prefix: "Reasoning:", description: "${reasoning}" }] : []
  const predictor = {
    traces: [],
    train: [],
    demos: candidate.demos.map((demo) => demoState(demo, signature)),
    signature: {
      instructions: candidate.instructions,
      fields: [...signature.inputs.map(fieldState), ...reasoning, ...signature.outputs.map(fieldState)],
    },
    lm: null,
  }
  const metadata = { dependency_versions: {} }
  return `${print(candidate.reasoning ? { predict: predictor, metadata } : { ...predictor, metadata })}\n`
}

const fieldState = ({ name, description }: Field) => ({
  prefix: dspyPrefix(name),
  description: description === undefined || description === "" ? `\${${name}}` : description,
})

const demoState = ({ augmented, inputs, outputs }: Demo, signature: Signature): JsonObject => ({
  ...(augmented ? { augmented } : {}),
  ...values(inputs, signature),
  ...values(outputs, signature),
})

/** JavaScript has no floats that are whole, Python has: they are marked here and printed with a point. */
const values = (from: JsonObject, { inputs, outputs }: Signature): JsonObject => {
  const floats = [...inputs, ...outputs].filter(({ type }) => type === "number").map(({ name }) => name)
  return Object.fromEntries(
    Object.entries(from).map(([name, value]) => [
      name,
      floats.includes(name) && isWhole(value) ? { [floatMark]: `${String(value)}.0` } : value,
    ]),
  )
}

/** From 1e21 on numbers are written with an exponent, which makes them floats in Python anyway. */
const isWhole = (value: Json): boolean => Number.isInteger(value) && Math.abs(Number(value)) < 1e21

const floatMark = "\u0000float"

const print = (value: Json): string =>
  JSON.stringify(value, null, 2).replaceAll(/\{\s*"\\u0000float": "(-?[\d.]+)"\s*\}/g, "$1")
