import * as Effect from "effect/Effect"
import type { Settings } from "../Settings.ts"
import type { Workflow } from "../Workflow.ts"

/** The steps of a workflow whose compilation was queued since then and waits. */
export const queuedCompilations = Effect.fnUntraced(function* (
  { state: directory }: Settings,
  { name }: Workflow,
  sinceMs: number,
) {
  const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
  const { OptimizationQueue } = yield* Effect.promise(
    () => import("../services/optimization/queue/OptimizationQueue.ts"),
  )
  const queued = yield* OptimizationQueue.use(({ list }) => list).pipe(
    Effect.provide(OptimizationQueue.layer),
    Effect.provide(Store.layer(directory)),
    Effect.orElseSucceed(() => []),
  )
  return queued
    .filter(({ workflow, requestedAtMs }) => workflow.name === name && requestedAtMs >= sinceMs)
    .flatMap(({ state, step }) => (state._tag === "Waiting" ? [step] : []))
})
