import * as Effect from "effect/Effect"

/** Loads and checks a workflow file. */
export const openWorkflow = Effect.fnUntraced(function* (file: string, { strictCompat = false } = {}) {
  const { Workflows } = yield* Effect.promise(() => import("../services/workflows/Workflows.ts"))
  return yield* Workflows.use((workflows) => workflows.load(file, { strictCompat })).pipe(
    Effect.provide(Workflows.layer),
  )
})
