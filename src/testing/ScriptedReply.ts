/** What a scripted model does with one call; a text alone is an answer at once. */
export type ScriptedReply = string | ScriptedAnswer | ScriptedFailure

export interface ScriptedAnswer {
  readonly text: string
  /** As the provider would count them; default: a quarter of the letters. */
  readonly tokens?: { readonly input: number; readonly output: number }
  /** Default `stop`; `content-filter` is a refusal, `length` an answer that was cut off. */
  readonly finishReason?: "stop" | "length" | "content-filter"
  /** Time until it comes, in ms. Default 0. */
  readonly afterMs?: number
}

export interface ScriptedFailure {
  /** HTTP status: 401 is a wrong key, 429 a rate limit, from 500 on the server's fault. */
  readonly status: number
  readonly message?: string
  /** Headers of the response, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Time until it comes, in ms. Default 0. */
  readonly afterMs?: number
}

/** One call of a scripted model. */
export interface ScriptedCall {
  /** From 0. */
  readonly number: number
  /** The text of the last message. */
  readonly prompt: string
  readonly messages: ReadonlyArray<{ readonly role: string; readonly text: string }>
}

/** One reply for each call, in their order, or a rule that says what to reply. */
export type ModelScript = ReadonlyArray<ScriptedReply> | ((call: ScriptedCall) => ScriptedReply)
