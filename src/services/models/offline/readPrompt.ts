import type { ModelMessage } from "../Models.ts"
import type { PromptReading } from "./PromptReading.ts"
import { readMarkedPrompt } from "./readMarkedPrompt.ts"
import { readProsePrompt } from "./readProsePrompt.ts"

/** What a prompt asks and with what, whether an adapter or a person wrote it; total over all messages. */
export const readPrompt = (messages: ReadonlyArray<ModelMessage>): PromptReading =>
  readMarkedPrompt(messages) ?? readProsePrompt(messages)
