import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { JsonObject } from "../../../Json.ts"
import { outputSchema } from "../outputSchema.ts"
import { parseJsonObject } from "../parseJsonAnswer.ts"
import { promptStep } from "../promptStep.ts"
import type { StepType } from "../StepType.ts"
import { GeminiOptions, geminiQuestion } from "./gemini.ts"

/**
 * `gemini_instructor`: asks for an object of `text` and, where there is something to say, `analysis`
 * and `summary`, and spreads it over the result; a step with a signature asks for its outputs. An
 * answer that is no such object is the text.
 */
export const geminiInstructor: StepType = promptStep({
  options: GeminiOptions,
  question: (prompt, options, { step: { signature } }) => ({
    temperature: 0.7,
    maxOutputTokens: 2048,
    ...geminiQuestion(prompt, options),
    jsonSchema: signature === undefined ? answerSchema : outputSchema(signature),
  }),
  result: (answer) => {
    const object = Option.getOrElse(parseJsonObject(answer.text), (): JsonObject => ({}))
    const { text, analysis, summary } = object
    return Effect.succeed({
      ...(typeof text === "string" ? { text, content: text } : { content: answer.text }),
      ...(typeof analysis === "string" ? { analysis } : {}),
      ...(typeof summary === "string" ? { summary } : {}),
    })
  },
})

const answerSchema: JsonObject = {
  type: "object",
  properties: {
    text: { type: "string", description: "The answer." },
    analysis: { type: "string", description: "How the answer was arrived at." },
    summary: { type: "string", description: "The answer in one or two sentences." },
  },
  required: ["text"],
  additionalProperties: false,
}
