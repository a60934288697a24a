import type { Failure } from "./classifyFailure.ts"
import type { ModelLocation, RemoteModel } from "./locateModel.ts"
import type { ModelError } from "./Models.ts"

/** What failed, at which provider, and what to do. */
export const failureMessage = (failure: Failure, location: ModelLocation, secrets: ReadonlyArray<string>): string =>
  redact(sentences(failure, location), secrets)

/** The text without the secrets. */
const redact = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets.reduce((redacted, secret) => redacted.replaceAll(secret, "[key]"), text)

/** How messages name who answers the model: `Anthropic`, `the endpoint "local"`. */
const providerLabel = (location: ModelLocation): string =>
  location._tag === "Remote" ? location.label : `the model object "${location.id}"`

const sentences = (failure: Failure, location: ModelLocation): string =>
  capitalized(wording[failure.reason](failure, location))

type Wording = (failure: Failure, location: ModelLocation) => string

const wording: Readonly<Record<ModelError["reason"], Wording>> = {
  unknown_model: ({ detail }) => detail,
  no_key: ({ detail }) => detail,
  budget_exceeded: ({ detail }) => detail,
  authentication: (failure, location) =>
    `${providerLabel(location)} refused the key for ${location.id}${status(failure)}. ${checkKey(location)}`,
  not_found: (failure, location) =>
    `${providerLabel(location)} has no model for ${location.id}${status(failure)}${said(failure)}. ` +
    `Check the model id${at(location)}, or choose another model.`,
  bad_request: (failure, location) =>
    `${providerLabel(location)} rejected the request to ${location.id}${status(failure)}${said(failure)}. ` +
    "Change the step's options or its prompt.",
  context_too_long: (failure, location) =>
    `The prompt is longer than ${location.id} takes${status(failure)}${said(failure)}. ` +
    "Shorten it, or choose a model with a larger context window.",
  refused: (failure, location) =>
    `${location.id} declined to answer${status(failure)}${said(failure)}. Change the prompt, or choose another model.`,
  rate_limited: (failure, location) =>
    `${providerLabel(location)} limits the calls of ${location.id}${status(failure)}${said(failure)}. ` +
    "Try again later, or raise the limit or quota of the account.",
  server_error: (failure, location) =>
    `${providerLabel(location)} failed at ${location.id}${status(failure)}${said(failure)}. ` +
    "Try again later, or choose another model.",
  unreachable: (failure, location) =>
    `The connection to ${providerLabel(location)} for ${location.id} failed${said(failure)}. ` +
    `Check the network${at(location)}.`,
  invalid_answer: (failure, location) =>
    `${providerLabel(location)} gave no usable answer for ${location.id}${status(failure)}${said(failure)}. ` +
    (failure.status === undefined || location._tag !== "Remote"
      ? "Run the step again, or choose another model."
      : `Check the base URL${baseUrl(location)}, or run the step again.`),
  timeout: ({ detail }, location) =>
    `${providerLabel(location)} gave no answer for ${location.id} within ${detail}. ` +
    "Raise the step's timeout_ms or modelTimeoutMs of the settings, or choose a faster model.",
}

const status = (failure: Failure): string => (failure.status === undefined ? "" : ` (status ${failure.status})`)

const said = ({ detail }: Failure): string => (detail === "" ? "" : `: ${detail}`)

const at = (location: ModelLocation): string =>
  location._tag === "Remote" ? ` and the base URL${baseUrl(location)}` : ""

/** Without user, password and query. */
const baseUrl = (location: RemoteModel): string => {
  const url = URL.parse(location.baseUrl)
  return url === null ? "" : ` ${url.origin}${url.pathname}`
}

const checkKey = (location: ModelLocation): string => {
  if (location._tag !== "Remote") return "Check the key it was made with."
  if (location.keyVariable !== undefined) return `Check the value of ${location.keyVariable}.`
  return `Name the variable that holds its key in endpoints.${location.endpoint}.apiKeyEnv of the settings.`
}

const capitalized = (sentence: string): string => (sentence.startsWith("the ") ? `T${sentence.slice(1)}` : sentence)
