import * as Predicate from "effect/Predicate"
import { NatsError } from "./NatsError.ts"

/** The failure that an exception of the NATS client stands for. `what` was tried, `where` is the server or servers. */
export const natsErrorOf = (cause: unknown, what: string, where: string): NatsError => {
  if (cause instanceof NatsError) return cause
  const { reason, problem } = problemOf(cause)
  return new NatsError({ reason, message: `${what} (${where}): ${problem}` })
}

interface Problem {
  readonly reason: NatsError["reason"]
  readonly problem: string
}

const problemOf = (cause: unknown): Problem => {
  if (!(cause instanceof Error)) return { reason: "failed", problem: String(cause) }
  const apiCode = jetStreamCode(cause)
  if (apiCode !== null) return jetStreamProblem(apiCode, cause.message)
  const code = nodeCode(cause) ?? nodeCode(cause.cause)
  return byName(cause) ?? (code === null ? null : byNodeCode(code)) ?? { reason: "failed", problem: cause.message }
}

const byName = (cause: Error): Problem | null => {
  switch (cause.name) {
    case "AuthorizationError":
      return {
        reason: "refused",
        problem: "the server does not accept who we are; check user, password, token, credentialsFile or nkeySeedFile",
      }
    case "UserAuthenticationExpiredError":
      return { reason: "refused", problem: "the credentials have expired; make new ones" }
    case "PermissionViolationError":
      return { reason: "refused", problem: `the account may not do this: ${cause.message}` }
    case "TimeoutError":
      return {
        reason: "away",
        problem:
          "no answer in time; is it a NATS server, is its cluster complete, does it want a client certificate (tls.certFile)?",
      }
    case "NoRespondersError":
    case "JetStreamNotEnabled":
      return {
        reason: "away",
        problem: "JetStream does not answer: a cluster is choosing a leader, or the server runs without --jetstream",
      }
    case "JetStreamError":
      return /heartbeats missed/.test(cause.message)
        ? { reason: "away", problem: "the server is not heard of any more" }
        : null
    case "ClosedConnectionError":
    case "DrainingConnectionError":
    case "RequestError":
      return { reason: "away", problem: "the connection was lost" }
    case "StreamNotFoundError":
    case "ConsumerNotFoundError":
      return { reason: "missing", problem: cause.message }
    default:
      return /does not support 'tls'/.test(cause.message)
        ? { reason: "refused", problem: "the server speaks no TLS; leave out `tls`, or use nats:// instead of tls://" }
        : null
  }
}

const byNodeCode = (code: string): Problem | null => {
  switch (code) {
    case "ECONNREFUSED":
      return { reason: "away", problem: "nothing listens there; is the server started?" }
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { reason: "away", problem: "there is no host of that name; check the address" }
    case "ECONNRESET":
    case "EPIPE":
      return { reason: "away", problem: "the server hung up; does it want TLS, or a client certificate?" }
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return { reason: "refused", problem: "the server's certificate is for another name; use the name that it is for" }
    case "CERT_HAS_EXPIRED":
      return { reason: "refused", problem: "the server's certificate has expired" }
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return {
        reason: "refused",
        problem: "nobody known vouches for the server's certificate; name its CA in tls.caFile",
      }
    default:
      return code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS") || code.startsWith("ERR_OSSL")
        ? { reason: "refused", problem: `TLS fails (${code}); check tls.caFile, tls.certFile and tls.keyFile` }
        : null
  }
}

/** JetStream's own error numbers (https://github.com/nats-io/nats-server/blob/main/server/errors.json). */
const jetStreamProblem = (code: number, message: string): Problem => {
  switch (code) {
    case 10039:
    case 10076:
      return { reason: "unsupported", problem: `${message}; enable JetStream for the account, or the server` }
    case 10014:
    case 10059:
    case 10037:
    case 10065:
      return { reason: "missing", problem: message }
    case 10071:
    case 10164:
    case 10058:
      return { reason: "conflict", problem: message }
    case 10023:
    case 10028:
    case 10047:
    case 10077:
      return {
        reason: "full",
        problem: `${message}; give JetStream more room, or ask for less with nats.events.maxBytes and nats.work.maxBytes`,
      }
    case 10008:
    case 10009:
      return { reason: "away", problem: `${message}; too few servers of the cluster are up` }
    default:
      return { reason: "failed", problem: `${message} (${code})` }
  }
}

const jetStreamCode = (cause: Error): number | null =>
  cause.name === "JetStreamApiError" && Predicate.hasProperty(cause, "code") && Predicate.isNumber(cause.code)
    ? cause.code
    : null

const nodeCode = (cause: unknown): string | null =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : null
