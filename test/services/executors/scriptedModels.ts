import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ModelError, type ModelRequest, Models } from "../../../src/services/models/Models.ts"

/** A reply: text, a failure by reason, or no end. */
export type Reply = string | ModelError | "hangs"

export interface ScriptedModels {
  readonly layer: Layer.Layer<Models>
  readonly requests: Array<ModelRequest>
  /** Calls under way now, at most so far, and cut off before they ended. */
  readonly calls: { running: number; mostAtOnce: number; aborted: number }
}

/** 10 tokens in, 5 out, 0.01 USD. */
export const usage = { tokens: { input: 10, output: 5 }, costUsd: 0.01 }

export const failure = (reason: ModelError["reason"]): ModelError =>
  new ModelError({ reason, message: `the provider says ${reason}`, model: "scripted/one" })

/** Models that reply as `reply` says; `durationMs` of test or real time passes before each reply. */
export const scriptedModels = (
  reply: (request: ModelRequest, call: number) => Reply,
  { durationMs = 0 }: { readonly durationMs?: number } = {},
): ScriptedModels => {
  const requests: Array<ModelRequest> = []
  const calls = { running: 0, mostAtOnce: 0, aborted: 0 }

  const generate = (request: ModelRequest) =>
    Effect.gen(function* () {
      requests.push(request)
      calls.running += 1
      calls.mostAtOnce = Math.max(calls.mostAtOnce, calls.running)
      const said = reply(request, requests.length)
      if (said === "hangs") return yield* Effect.never
      if (durationMs > 0) yield* Effect.sleep(durationMs)
      if (said instanceof ModelError) return yield* said
      return { text: said, model: request.model, usage, finishReason: "stop" }
    }).pipe(
      Effect.onInterrupt(() => Effect.sync(() => (calls.aborted += 1))),
      Effect.ensuring(Effect.sync(() => (calls.running -= 1))),
    )

  const layer = Layer.succeed(Models, {
    resolve: ({ family, requested, override }) => Effect.succeed(override ?? `${family}/${requested ?? "default"}`),
    generate,
  })
  return { layer, requests, calls }
}

/** The text of the last message. */
export const promptOf = (request: ModelRequest | undefined): string => request?.messages.at(-1)?.content ?? ""

export const systemOf = (request: ModelRequest | undefined): string | undefined =>
  request?.messages.find(({ role }) => role === "system")?.content
