import { createHash } from "node:crypto"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { callKey } from "../optimization/callKey.ts"
import { type ModelRequest, Models } from "./Models.ts"

/**
 * Names the model calls of runs. A run that is resumed makes the calls of the step that it was interrupted in under the
 * names that they had, whatever the order of those that are made side by side: equal calls of a track are counted.
 */
export class CallNames extends Context.Service<
  CallNames,
  {
    readonly begin: (runId: string) => void
    readonly end: (runId: string) => void
    /** Undefined for calls of no run. */
    readonly next: (request: ModelRequest) => string | undefined
  }
>()("doubletrack/services/models/CallNames") {
  static readonly layer: Layer.Layer<CallNames> = Layer.sync(CallNames, () => {
    const runs = new Map<string, Map<string, number>>()
    return {
      begin: (runId) => void runs.set(runId, new Map()),
      end: (runId) => void runs.delete(runId),
      next: (request) => {
        const { runId, path, track } = request.origin
        const counts = runs.get(runId)
        if (counts === undefined) return undefined
        const call = JSON.stringify([runId, path, track, callKey(request)])
        const count = counts.get(call) ?? 0
        counts.set(call, count + 1)
        return createHash("sha256").update(`${call}${count}`).digest("hex").slice(0, 32)
      },
    }
  })
}

/** Models whose calls of runs have names, whoever makes them. */
export const namedModels = <E, R>(models: Layer.Layer<Models, E, R>): Layer.Layer<Models, E, R | CallNames> =>
  Layer.effect(
    Models,
    Effect.gen(function* () {
      const { resolve, generate } = yield* Models
      const names = yield* CallNames
      return {
        resolve,
        generate: (request) =>
          Effect.suspend(() => {
            const callName = names.next(request)
            return generate(callName === undefined ? request : { ...request, callName })
          }),
      }
    }),
  ).pipe(Layer.provide(models))
