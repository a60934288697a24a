import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ModelError } from "./Models.ts"

/** What can be told from an error that a provider's client threw. */
export interface Failure {
  readonly reason: ModelError["reason"]
  /** HTTP status, where there was an answer. */
  readonly status?: number
  /** In the provider's words, or the network's. */
  readonly detail: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether another attempt can mend it. */
  readonly retryable: boolean
  /** False: nothing was generated. True: something may have been, and may be charged. */
  readonly mayBeCharged: boolean
}

const Thrown = Schema.Struct({
  name: Schema.optional(Schema.Unknown),
  message: Schema.optional(Schema.Unknown),
  code: Schema.optional(Schema.Unknown),
  type: Schema.optional(Schema.Unknown),
  statusCode: Schema.optional(Schema.Unknown),
  responseHeaders: Schema.optional(Schema.Unknown),
  responseBody: Schema.optional(Schema.Unknown),
  cause: Schema.optional(Schema.Unknown),
})
type Thrown = typeof Thrown.Type

const readThrown = Schema.decodeUnknownOption(Thrown)
const readHeaders = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.String))

/** Sorts whatever the AI SDK or a model object threw. */
export const classifyFailure = (thrown: unknown): Failure => {
  const error = Option.getOrElse(readThrown(thrown), (): Thrown => ({ message: String(thrown) }))
  const network = networkCode(thrown)
  const status = typeof error.statusCode === "number" ? error.statusCode : streamStatus(error)
  const headers = Option.getOrElse(readHeaders(error.responseHeaders), () => ({}))
  const common = { headers, detail: detailOf(error, network) }
  if (status !== undefined && status >= 400) {
    const said = `${text(error.responseBody)} ${text(error.message)} ${text(error.code)}`
    const reason = reasonOfStatus(status, said)
    const retryable = reason === "server_error" || (reason === "rate_limited" && !/insufficient_quota/.test(said))
    return { ...common, reason, status, retryable, mayBeCharged: false }
  }
  if (network !== undefined || (error.name === "AI_APICallError" && status === undefined))
    return { ...common, reason: "unreachable", retryable: true, mayBeCharged: !neverConnected.has(network ?? "") }
  if (rejectedUnsent.has(text(error.name)))
    return { ...common, reason: "bad_request", retryable: false, mayBeCharged: false }
  const withStatus = status === undefined ? common : { ...common, status }
  return { ...withStatus, reason: "invalid_answer", retryable: false, mayBeCharged: true }
}

const reasonOfStatus = (status: number, said: string): ModelError["reason"] => {
  if (status === 401 || status === 403 || (status === 400 && badKey.test(said))) return "authentication"
  if (status === 404) return "not_found"
  if (status === 429) return "rate_limited"
  if (status === 408 || status >= 500) return "server_error"
  if (status === 413 || tooLong.test(said)) return "context_too_long"
  return contentFilter.test(said) ? "refused" : "bad_request"
}

/** Google answers 400 to a wrong key. */
const badKey = /API_KEY_INVALID|API key not valid/i

/** As OpenAI, vLLM, Anthropic, Google and llama.cpp word it. */
const tooLong =
  /context_length_exceeded|maximum context length|prompt is too long|input token count.*exceeds|exceed_context_size|exceeds the available context/i

const contentFilter = /content_filter|content_policy_violation|content management policy/i

/** The SDK found the request wrong before it sent it. */
const rejectedUnsent = new Set(["AI_InvalidPromptError", "AI_InvalidArgumentError", "AI_UnsupportedFunctionalityError"])

/** The connection was never made. */
const neverConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"])

const networkCodes = /^(E[A-Z_]{3,}|UND_ERR_[A-Z_]+|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT)$/

const networkCode = (thrown: unknown, depth = 0): string | undefined => {
  const error = Option.getOrUndefined(readThrown(thrown))
  if (error === undefined || depth > 5) return undefined
  if (typeof error.code === "string" && networkCodes.test(error.code)) return error.code
  if (error.message === "terminated") return networkCode(error.cause, depth + 1) ?? "ECONNRESET"
  return networkCode(error.cause, depth + 1)
}

/** Errors inside a stream carry a type where an answer would carry a status. */
const streamStatus = ({ name, type }: Thrown): number | undefined => {
  if (name !== "AI_StreamProviderError") return undefined
  return streamStatuses[text(type)] ?? 500
}

const streamStatuses: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  rate_limit_error: 429,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  invalid_request_error: 400,
}

const detailOf = ({ message }: Thrown, network: string | undefined): string => {
  const line = text(message).replace(/\s+/g, " ").trim().replace(/\.$/, "").slice(0, 300)
  return network === undefined || line.includes(network) ? line : `${line} (${network})`.trim()
}

const text = (value: unknown): string => (typeof value === "string" ? value : "")
