import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import type { SystemFact } from "../../SystemEvent.ts"
import type { Epochs } from "../cache/Epochs.ts"
import type { OptimizationCache } from "../cache/OptimizationCache.ts"
import type { ProgramStore } from "./ProgramStore.ts"

export interface InvalidatingOptions {
  readonly epochs: Epochs["Service"]
  readonly cache: OptimizationCache["Service"]
  readonly record: (fact: SystemFact) => Effect.Effect<void>
}

/** Programs whose signature is invalidated for the caches and for other nodes, too; and that hear of it when others do. */
export const invalidating = Effect.fnUntraced(function* (
  local: ProgramStore["Service"],
  { epochs, cache, record }: InvalidatingOptions,
): Effect.fn.Return<ProgramStore["Service"], never, Scope.Scope> {
  const takeOut = Effect.fnUntraced(function* (signatureHash: string, by: "here" | "elsewhere") {
    const programs = (yield* local.list).flatMap(({ program, status }) =>
      status.adopted && program.signatureHash === signatureHash ? [program.id] : [],
    )
    const count = yield* local.invalidate(signatureHash)
    yield* record({ _tag: "ProgramInvalidated", signatureHash, programs, by })
    return count
  })
  const bumps = yield* epochs.bumps
  yield* PubSub.take(bumps).pipe(
    Effect.flatMap(({ signatureHash, by }) =>
      by === "here" ? Effect.void : Effect.asVoid(takeOut(signatureHash, "elsewhere")),
    ),
    Effect.catch(({ message }) => Effect.logWarning(message)),
    Effect.forever,
    Effect.forkScoped,
  )
  return {
    ...local,
    invalidate: (signatureHash) => Effect.tap(takeOut(signatureHash, "here"), () => cache.invalidate(signatureHash)),
  }
})
