import type { ModelObject } from "../services/models/ModelSources.ts"
import { estimateTokens } from "../services/models/offline/estimateTokens.ts"
import type { ScriptedAnswer, ScriptedCall, ScriptedFailure } from "./ScriptedReply.ts"

/** The current form of the AI SDK's model objects. */
export type ModelV4 = Extract<ModelObject, { readonly specificationVersion: "v4" }>
export type CallOptions = Parameters<ModelV4["doGenerate"]>[0]
type Generated = Awaited<ReturnType<ModelV4["doGenerate"]>>
type StreamPart = Awaited<ReturnType<ModelV4["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never

/** What was asked, without what is no text. */
export const messagesOf = ({ prompt }: CallOptions): ScriptedCall["messages"] =>
  prompt.map(({ role, content }) => ({
    role,
    text:
      typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "")).join(""),
  }))

/** The answer as a model object gives it as a whole. */
export const generated = (answer: ScriptedAnswer, call: ScriptedCall): Generated => ({
  content: [{ type: "text", text: answer.text }],
  ...ending(answer, call),
  warnings: [],
})

/** The answer as a model object streams it, word by word. */
export const streamed = (answer: ScriptedAnswer, call: ScriptedCall): ReadonlyArray<StreamPart> => [
  { type: "stream-start", warnings: [] },
  { type: "text-start", id: "text" },
  ...(answer.text.match(/\S*\s*/g) ?? [])
    .filter((delta) => delta !== "")
    .map((delta): StreamPart => ({ type: "text-delta", id: "text", delta })),
  { type: "text-end", id: "text" },
  { type: "finish", ...ending(answer, call) },
]

const ending = ({ text, tokens, finishReason = "stop" }: ScriptedAnswer, { messages }: ScriptedCall) => {
  const input = tokens?.input ?? estimateTokens(messages.map((message) => message.text).join("\n"))
  const output = tokens?.output ?? estimateTokens(text)
  const usage: Generated["usage"] = {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  }
  return { finishReason: { unified: finishReason, raw: finishReason }, usage }
}

/** The error that a provider's client throws where the provider answers with this status. */
export const providerError = async ({ status, message = `status ${status}`, headers = {} }: ScriptedFailure) => {
  const { APICallError } = await import("ai")
  return new APICallError({
    message,
    url: "https://scripted.invalid",
    requestBodyValues: {},
    statusCode: status,
    responseHeaders: { ...headers },
    responseBody: JSON.stringify({ error: { message } }),
  })
}
