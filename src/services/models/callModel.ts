import * as Effect from "effect/Effect"
import type * as ai from "ai"
import type { LanguageModelUsage, ModelMessage as SdkMessage, SystemModelMessage } from "ai"
import type { ModelRequest } from "./Models.ts"
import type { ModelObject } from "./ModelSources.ts"

/** An answer as the AI SDK gives it. */
export interface RawAnswer {
  readonly text: string
  readonly finishReason: string
  readonly usage: LanguageModelUsage
}

/** Anthropic wants a limit with every request; the SDK would send the model's largest. */
const anthropicMaxOutputTokens = 8192

/**
 * One request through the AI SDK, without its retries; streamed when `onText` is given. Fails with
 * whatever was thrown. Interruption aborts the request.
 */
export const callModel = (
  model: ModelObject,
  request: ModelRequest,
  onText: ((delta: string) => void) | undefined,
): Effect.Effect<RawAnswer, unknown> =>
  Effect.tryPromise({
    try: async (abortSignal) => {
      const sdk = await import("ai")
      globalThis.AI_SDK_LOG_WARNINGS = false
      const output = request.jsonSchema === undefined ? sdk.Output.text() : unparsed(sdk, request.jsonSchema)
      const options = { ...callOptions(model, request), output, abortSignal }
      return onText === undefined ? await sdk.generateText(options) : await streamed(sdk, options, onText)
    },
    catch: (thrown) => thrown,
  })

type Sdk = typeof ai

/** Reads the full stream, where an error is a part; the text stream would just end. */
const streamed = async (
  sdk: Sdk,
  options: Parameters<Sdk["streamText"]>[0],
  onText: (delta: string) => void,
): Promise<RawAnswer> => {
  let text = ""
  for await (const part of sdk.streamText({ ...options, onError: () => {} }).stream) {
    if (part.type === "error") {
      if (endedEarly(sdk, part.error)) break
      throw part.error
    }
    if (part.type === "text-delta") {
      text += part.text
      onText(part.text)
    }
    if (part.type === "finish") return { text, finishReason: part.finishReason, usage: part.totalUsage }
  }
  return { text, finishReason: "interrupted", usage: noTokensCounted }
}

/** How the client for compatible servers reports a stream without a finish reason; others report `interrupted`. */
const endedEarly = (sdk: Sdk, error: unknown): boolean =>
  sdk.InvalidResponseDataError.isInstance(error) && error.data === undefined

const noTokensCounted: LanguageModelUsage = {
  inputTokens: undefined,
  inputTokenDetails: { noCacheTokens: undefined, cacheReadTokens: undefined, cacheWriteTokens: undefined },
  outputTokens: undefined,
  outputTokenDetails: { textTokens: undefined, reasoningTokens: undefined },
  totalTokens: undefined,
}

/** Asks the provider for JSON of this schema, and leaves the text as it comes. */
const unparsed = (sdk: Sdk, jsonSchema: NonNullable<ModelRequest["jsonSchema"]>) => ({
  ...sdk.Output.text(),
  responseFormat: Promise.resolve({ type: "json" as const, schema: { ...jsonSchema } }),
})

const callOptions = (model: ModelObject, request: ModelRequest) => {
  const { temperature, topK, topP } = request
  const ofAnthropic = model.provider.startsWith("anthropic")
  const maxOutputTokens = request.maxOutputTokens ?? (ofAnthropic ? anthropicMaxOutputTokens : undefined)
  return {
    model,
    ...conversation(request.messages),
    maxRetries: 0,
    ...(request.callName === undefined ? {} : { headers: { "Idempotency-Key": request.callName } }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
  }
}

/** The system messages that come first are the instructions; later ones stay where they are. */
const conversation = (messages: ModelRequest["messages"]) => {
  const first = messages.findIndex(({ role }) => role !== "system")
  const leading = first === -1 ? messages.length : first
  const instructions = messages
    .slice(0, leading)
    .map(({ content }): SystemModelMessage => ({ role: "system", content }))
  const rest = messages.slice(leading).map(({ role, content }): SdkMessage => ({ role, content }))
  return { ...(instructions.length === 0 ? {} : { instructions }), messages: rest, allowSystemInMessages: true }
}
