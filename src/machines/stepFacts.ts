import type { Outcome } from "../Outcome.ts"
import type { RunFact } from "../RunEvent.ts"
import { armOf } from "./arms.ts"
import { observationOf, type StepContext, stepEnding } from "./stepContext.ts"

const ofStep = ({ task }: StepContext) => ({ step: task.step.name, path: task.path })

const measured = ({ usage, latencyMs }: { readonly usage: Outcome["usage"]; readonly latencyMs: number }) => ({
  usage,
  latencyMs,
})

export const started = (context: StepContext): ReadonlyArray<RunFact> => [
  { _tag: "StepStarted", ...ofStep(context), type: context.task.step.type },
]

export const routed = (context: StepContext): ReadonlyArray<RunFact> =>
  context.route === null ? [] : [{ _tag: "StepRouted", ...ofStep(context), route: context.route, seed: context.seed }]

export const fellBack = (context: StepContext): ReadonlyArray<RunFact> => {
  const { fallbackCause: cause, fallback } = context
  if (cause === null) return []
  const { reason, message } = cause
  return [{ _tag: "StepFellBack", ...ofStep(context), cause: { reason, message }, strategy: fallback.strategy }]
}

export const compared = (context: StepContext): ReadonlyArray<RunFact> => {
  if (context.comparison === null) return []
  const { choice, traditional, optimized } = context.comparison
  return [
    {
      _tag: "TracksCompared",
      ...ofStep(context),
      ...choice,
      traditional: armOf(traditional),
      optimized: armOf(optimized),
    },
  ]
}

/** The one terminal fact of a step; a cancelled step has none, its run has. */
export const ended = (context: StepContext): ReadonlyArray<RunFact> => {
  const ending = stepEnding(context)
  switch (ending._tag) {
    case "Completed":
      return [
        {
          _tag: "StepCompleted",
          ...ofStep(context),
          ...measured(context),
          assigned: context.route?.assigned ?? "traditional",
          executed: ending.answered.track,
          fellBack: context.fallbackCause !== null,
          observation: observationOf(context),
          result: ending.answered.result,
          ...(ending.answered.variables === undefined ? {} : { variables: ending.answered.variables }),
          ...(ending.answered.quality === undefined ? {} : { quality: ending.answered.quality }),
          ...(ending.answered.outputFile === undefined ? {} : { outputFile: ending.answered.outputFile }),
        },
      ]
    case "Skipped":
      return [{ _tag: "StepSkipped", ...ofStep(context), because: ending.because }]
    case "Failed":
      return [
        {
          _tag: "StepFailed",
          ...ofStep(context),
          ...measured(context),
          reason: ending.failure.reason,
          message: ending.failure.message,
          ...(context.route === null ? {} : { observation: observationOf(context) }),
        },
      ]
    case "Cancelled":
      return []
  }
}
