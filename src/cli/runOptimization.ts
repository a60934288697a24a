import * as Effect from "effect/Effect"
import process from "node:process"
import type { OptimizeOptions, OptimizeSurroundings } from "../services/optimization/OptimizeOptions.ts"
import type { Settings } from "../Settings.ts"
import type { LoadedWorkflow } from "../Workflow.ts"

/** Optimizes with the services of this command line. Its modules are loaded here, not at start-up. */
export const runOptimization = Effect.fnUntraced(function* (
  loaded: LoadedWorkflow,
  options: OptimizeOptions,
  { settings, record, notice }: Pick<OptimizeSurroundings, "record" | "notice"> & { readonly settings: Settings },
) {
  const { servicesLayer } = yield* Effect.promise(() => import("../layers.ts"))
  const { runSettings } = yield* Effect.promise(() => import("../prepareRun.ts"))
  const { optimizeWorkflow } = yield* Effect.promise(() => import("../services/optimization/optimizeWorkflow.ts"))
  return yield* optimizeWorkflow(loaded, options, {
    settings,
    runSettings: runSettings(loaded, {}, settings),
    environment: process.env,
    record,
    notice,
  }).pipe(Effect.provide(servicesLayer({}, settings, () => {})))
})
