import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Track } from "../../ExecutionMode.ts"
import type { JsonObject } from "../../Json.ts"
import { Usage } from "../../Usage.ts"

/** One chat message. */
export interface ModelMessage {
  readonly role: "system" | "user" | "assistant"
  readonly content: string
}

/** Which model a step asks for: the family its type names, and the name written in the step, if any. */
export interface ModelChoice {
  readonly family: "claude" | "gemini"
  /** As written in the pipeline: `sonnet`, `gemini-2.5-flash`, `openai/gpt-…`. */
  readonly requested?: string
  /** The run's own choice, which wins over the step's. */
  readonly override?: string
}

/** One call, and which step it belongs to. */
export interface ModelRequest {
  /** A full id: `<provider>/<model>`. */
  readonly model: string
  readonly messages: ReadonlyArray<ModelMessage>
  readonly temperature?: number
  readonly maxOutputTokens?: number
  readonly topP?: number
  readonly topK?: number
  /** Deadline of one attempt, ms. */
  readonly timeoutMs?: number
  /**
   * JSON Schema that the answer must satisfy, where the provider supports it; the text is not checked
   * against it. OpenAI takes only closed objects whose properties are all required.
   */
  readonly jsonSchema?: JsonObject
  /** Given: the answer is streamed, and each piece of text is handed over as it comes. A new attempt starts the text over. Must not throw. */
  readonly onText?: (delta: string, attempt: number) => void
  /** Tells calls with equal messages apart, for layers that keep answers. Never sent. */
  readonly idempotencyKey?: string
  /**
   * Sent as `Idempotency-Key`: the same when the call is made again, by a retry or by a run that is resumed. No part of
   * what is asked, so no answer depends on it.
   */
  readonly callName?: string
  readonly origin: {
    readonly runId: string
    readonly step: string
    readonly path: string
    readonly track: Track
  }
}

export interface ModelAnswer {
  readonly text: string
  /** The id that answered. */
  readonly model: string
  /** Tokens and cost of every attempt of this call. */
  readonly usage: Usage
  readonly finishReason: string
}

/** Why a model call failed, after retries where these can help. */
export class ModelError extends Schema.TaggedError<ModelError>()("ModelError", {
  reason: Schema.Literals([
    "unknown_model",
    "no_key",
    "authentication",
    "not_found",
    "bad_request",
    "context_too_long",
    "refused",
    "rate_limited",
    "server_error",
    "unreachable",
    "invalid_answer",
    "timeout",
    /** Refused before anything was spent: the call does not fit into a budget. */
    "budget_exceeded",
  ]),
  /** What failed, at which provider, and what to do. Never contains a key. */
  message: Schema.String,
  model: Schema.String,
  /** What the attempts used up; absent: no attempt was made. */
  usage: Schema.optionalKey(Usage),
}) {}

/** Language models by id. Interrupting `generate` aborts the request. */
export class Models extends Context.Service<
  Models,
  {
    /** The id that a step's choice comes down to; fails when no such model can be called. */
    readonly resolve: (choice: ModelChoice) => Effect.Effect<string, ModelError>
    readonly generate: (request: ModelRequest) => Effect.Effect<ModelAnswer, ModelError>
  }
>()("doubletrack/services/models/Models") {}
