import * as Effect from "effect/Effect"
import type { DoubletrackService } from "./DoubletrackService.ts"
import type { LongWork } from "./LongWork.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import { runSettings } from "./prepareRun.ts"

/** What takes long and is interrupted by a signal, or by closing. Its modules are loaded when it is first asked for. */
export const longWorkMethods = (
  { settings, environment, load, tell, newId, isoNow }: RuntimeParts,
  { open, longWork }: { readonly open: () => RuntimeParts["managed"]; readonly longWork: LongWork },
): Pick<DoubletrackService, "evaluate" | "optimize" | "compare"> => ({
  evaluate: async (workflow, { signal, ...evaluation } = {}) => {
    const { evaluateWorkflow } = await import("./services/evaluation/evaluateWorkflow.ts")
    const run = { id: `evaluation-${newId()}`, startedAt: isoNow() }
    const seed = evaluation.seed ?? settings.seed
    const evaluated = Effect.flatMap(load(workflow, {}), (loaded) =>
      evaluateWorkflow(
        loaded,
        { ...evaluation, ...(seed === undefined ? {} : { seed }) },
        { settings: runSettings(loaded, evaluation, settings), run },
      ),
    )
    return longWork.run((interrupt) => open().runPromise(evaluated, { signal: interrupt }), signal)
  },
  optimize: async (workflow, { signal, onNotice, ...optimization } = {}) => {
    const { optimizeWorkflow } = await import("./services/optimization/optimizeWorkflow.ts")
    const optimized = Effect.flatMap(load(workflow, {}), (loaded) =>
      optimizeWorkflow(loaded, optimization, {
        settings,
        runSettings: runSettings(loaded, {}, settings),
        environment,
        record: (fact) => Effect.sync(() => tell(fact)),
        notice: (message) => Effect.sync(() => onNotice?.(message)),
      }),
    )
    return longWork.run((interrupt) => open().runPromise(optimized, { signal: interrupt }), signal)
  },
  compare: async ({ workflow, signal, ...options }) => {
    const { compareStep } = await import("./services/evaluation/compareStep.ts")
    const run = { id: `comparison-${newId()}`, startedAt: isoNow() }
    const compared = Effect.flatMap(load(workflow, {}), (loaded) =>
      compareStep(loaded, options, { settings: runSettings(loaded, ofModel(options), settings), run }),
    )
    return longWork.run((interrupt) => open().runPromise(compared, { signal: interrupt }), signal)
  },
})

const ofModel = ({ model }: { readonly model?: string }) => (model === undefined ? {} : { model })
