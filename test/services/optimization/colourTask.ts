import type { Example } from "../../../src/Example.ts"
import type { Candidate } from "../../../src/Program.ts"
import type { Signature } from "../../../src/Signature.ts"
import * as Effect from "effect/Effect"
import type { Metric } from "../../../src/services/metrics/Metric.ts"
import type { ModelRequest } from "../../../src/services/models/Models.ts"

/** Sorting messages by the colour in them; the model knows only colours that a demo shows. */
export const signature: Signature = {
  instructions: "Say whether the colour is warm or cold.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [{ name: "side", type: "enum", values: ["warm", "cold"] }],
}

export const student: Candidate = { instructions: signature.instructions, adapter: "chat", reasoning: false, demos: [] }

const colours = ["red", "orange", "yellow", "pink", "blue", "green", "grey", "white"]

const sideOf = (text: string): string =>
  ["red", "orange", "yellow", "pink"].some((warm) => text.includes(warm)) ? "warm" : "cold"

export const examples = (count: number, from = 0): ReadonlyArray<Example> =>
  Array.from({ length: count }, (_, index) => {
    const message = `${colours[(index + from) % colours.length]} thing number ${index + from}`
    return { inputs: { message }, outputs: { side: sideOf(message) } }
  })

/** Right where a demo has the same colour; else `cold`. */
export const colourAnswer = ({ messages }: ModelRequest): string => {
  const asked = messages.at(-1)?.content ?? ""
  const colour = colours.find((each) => asked.includes(each)) ?? ""
  const shown = messages.slice(1, -1).some(({ role, content }) => role === "user" && content.includes(colour))
  return marked(shown ? sideOf(asked) : "cold")
}

/** An answer in the form of the chat adapter. */
export const marked = (side: string): string => `[[ ## side ## ]]\n${side}\n\n[[ ## completed ## ]]`

export const exactSide: Metric = {
  name: "exact_match",
  score: ({ expected, actual }) => Effect.succeed({ score: expected["side"] === actual["side"] ? 1 : 0 }),
}
