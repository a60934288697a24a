import { randomBytes, timingSafeEqual } from "node:crypto"
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import type { HttpServerError } from "effect/http/HttpServerError"
import { formatAddress } from "effect/http/HttpServer"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { OptimizationBench, OptimizationError } from "../optimization/Optimizer.ts"
import { completeChat, judge } from "./endpointCalls.ts"
import type { IdleGuard } from "./idleGuard.ts"
import { refusal, refusalOf } from "./refusal.ts"

/** Where one job's worker finds models and the metric. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>`; models are at `/v1/chat/completions`, the metric at `/metric`. */
  readonly url: string
  /** What has to be sent as a bearer token. Never to be shown. */
  readonly token: string
  /** How the bench failed: for good, or else in the last call to a model. */
  readonly lastFailure: Effect.Effect<OptimizationError | undefined>
}

/** Serves a bench on the loopback interface, in OpenAI's format, until the scope closes. A caller who hangs up interrupts its call. */
export const serveEndpoint = Effect.fnUntraced(function* (
  bench: OptimizationBench["Service"],
  guard: IdleGuard,
): Effect.fn.Return<Endpoint, never, Scope.Scope> {
  const token = yield* Effect.sync(() => randomBytes(32).toString("hex"))
  let lastFailure: OptimizationError | undefined
  const noted = (call: ReturnType<typeof completeChat>) =>
    call.pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          if (lastFailure?.reason === "model_failed") lastFailure = undefined
        }),
      ),
      Effect.tapErrorTag("OptimizationError", (error) =>
        Effect.sync(() => {
          if (lastFailure === undefined || lastFailure.reason === "model_failed") lastFailure = error
        }),
      ),
    )
  const calls = new Map([
    ["/v1/chat/completions", noted(completeChat(bench))],
    ["/metric", noted(judge(bench))],
  ])

  const answer = Effect.gen(function* () {
    const request = yield* HttpServerRequest
    if (!isBearer(request.headers["authorization"], token)) return refusal(401, "unauthorized", "unknown token")
    const call = calls.get(request.url)
    if (call === undefined) return refusal(404, "not_found", `nothing is served at ${request.url}`)
    if (request.method !== "POST") return refusal(405, "method_not_allowed", "only POST is served")
    // Effect's server runs whole handlers uninterruptibly.
    return yield* Effect.interruptible(guard.busy(call))
  }).pipe(
    Effect.provideService(MaxBodySize, ByteSize.mebibytes(maxMebibytes)),
    Effect.catchTags({
      OptimizationError: (error) => Effect.succeed(refusalOf(error)),
      SchemaError: (error) => Effect.succeed(refusal(400, "invalid_request_error", shortened(error))),
      HttpServerError: (error) => Effect.succeed(unreadable(error)),
    }),
    Effect.catchDefect(() => Effect.succeed(refusal(500, "internal_error", "this call failed for no fault of yours"))),
  )

  const server = yield* Effect.orDie(NodeHttpServer.make(() => createServer(), { host: "127.0.0.1", port: 0 }))
  yield* server.serve(answer)
  return { url: formatAddress(server.address), token, lastFailure: Effect.sync(() => lastFailure) }
})

const maxMebibytes = 16

const isBearer = (header: string | undefined, token: string): boolean => {
  const [given, expected] = [header ?? "", `Bearer ${token}`].map((text) => Buffer.from(text))
  return (
    given !== undefined &&
    expected !== undefined &&
    given.length === expected.length &&
    timingSafeEqual(given, expected)
  )
}

const unreadable = ({ reason }: HttpServerError) =>
  reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
    ? refusal(413, "too_large", `a request may have ${maxMebibytes} MiB at most`)
    : refusal(400, "invalid_request_error", "the body is no JSON document")

const shortened = ({ message }: Schema.SchemaError): string => message.slice(0, 500)
