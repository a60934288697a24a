import type { OutputField, PromptReading } from "./PromptReading.ts"

/** What an extraction asks for, "order number" in "extract the order number from …"; undefined for any other task. */
export const wantedName = (field: OutputField, { form, instructions }: PromptReading): string | undefined => {
  const wanted = extraction.exec(`${field.description}\n${instructions}`)?.[1]
  return wanted === undefined || form === "text" || form === "value" ? wanted : field.name
}

const extraction =
  /\b(?:extract|find|identify|pull out|what is)\s+(?:the|any|all|every)?\s*([\w' -]{2,40}?)(?=\s+(?:from|in|of|mentioned|out|if)\b|[.:,;?\n]|$)/i
