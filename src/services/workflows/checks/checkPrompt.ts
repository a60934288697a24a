import { asWarning, errorAt, type DocumentPath, type Finding, warningAt } from "../Finding.ts"
import { didYouMean, supply } from "../suggestions.ts"
import { isAbsent, isList, isMap, kindOf, quoted, type RawMap, textOf } from "../rawValue.ts"
import { labelOf } from "../Surroundings.ts"
import { isPromptPartType, promptPartKeys, promptPartTypes } from "../workflowKeys.ts"

/** The step types that cannot do without a prompt. */
const promptedTypes: ReadonlyArray<unknown> = [
  "claude",
  "gemini",
  "gemini_instructor",
  "claude_smart",
  "claude_session",
  "claude_extract",
  "claude_robust",
]

/** The prompt of a step. Where the step's type does not need one, what is wrong with it is only a warning. */
export const checkPrompt = (step: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  const required = promptedTypes.includes(step["type"])
  const prompt = step["prompt"]
  const at = [...path, "prompt"]
  if (isAbsent(prompt)) return required ? [noPrompt(step, at)] : []
  const findings = checkParts(prompt, at)
  return required ? findings : findings.map(asWarning)
}

const noPrompt = (step: RawMap, at: DocumentPath): Finding => {
  const hint = supply("prompt", step, "Add 'prompt': text, or a list of parts.")
  return errorAt(at, `${labelOf(step)} has no prompt. ${hint}`)
}

/** A prompt: text, or a list of parts. */
export const checkParts = (prompt: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (typeof prompt === "string") return []
  if (!isList(prompt)) {
    return [errorAt(path, `The prompt is ${kindOf(prompt)}; write text, or a list of parts such as '- type: static'.`)]
  }
  return prompt.flatMap((part, index) => checkPart(part, [...path, index]))
}

const checkPart = (part: unknown, path: DocumentPath): ReadonlyArray<Finding> => {
  if (!isMap(part)) return [errorAt(path, `This prompt part is ${kindOf(part)}, not a map with a 'type'.`)]
  const type = part["type"]
  if (isAbsent(type)) {
    return [errorAt([...path, "type"], `This prompt part has no type. Add one of: ${promptPartTypes.join(", ")}.`)]
  }
  if (!isPromptPartType(type)) {
    const hint = didYouMean(textOf(type), promptPartTypes)
    return [
      errorAt(
        [...path, "type"],
        `Unknown prompt part type ${quoted(type)}.${hint} Known types: ${promptPartTypes.join(", ")}.`,
      ),
    ]
  }
  const { required } = promptPartKeys[type]
  const value = part[required]
  if (isAbsent(value)) {
    const hint = supply(required, part, `Add '${required}'.`)
    return [errorAt([...path, required], `This ${type} part has no '${required}'. ${hint}`)]
  }
  return typeof value === "object"
    ? [warningAt([...path, required], `'${required}' is ${kindOf(value)}; text is expected. It is used as JSON.`)]
    : checkOptions(part, path)
}

const checkOptions = (part: RawMap, path: DocumentPath): ReadonlyArray<Finding> => {
  if (part["type"] !== "previous_response") return []
  const { extract, strict } = part
  return [
    ...(typeof extract === "object" && extract !== null
      ? [warningAt([...path, "extract"], `'extract' is ${kindOf(extract)}; a dot path such as 'text' is expected.`)]
      : []),
    ...(isAbsent(strict) || typeof strict === "boolean"
      ? []
      : [warningAt([...path, "strict"], `'strict' is ${kindOf(strict)}; use true or false. It counts as true.`)]),
  ]
}
