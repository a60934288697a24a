import type { Outcome } from "../Outcome.ts"
import type { RunFact } from "../RunEvent.ts"
import { type StepContext, stepEnding } from "./stepContext.ts"

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
  const { fallbackCause: cause } = context
  if (cause === null) return []
  return [{ _tag: "StepFellBack", ...ofStep(context), cause: { reason: cause.reason, message: cause.message } }]
}

export const compared = (context: StepContext): ReadonlyArray<RunFact> => {
  if (context.comparison === null) return []
  const { choice, traditional, optimized } = context.comparison
  return [
    {
      _tag: "TracksCompared",
      ...ofStep(context),
      ...choice,
      traditional: arm(traditional),
      optimized: arm(optimized),
    },
  ]
}

const arm = (outcome: Outcome) =>
  outcome._tag === "Answered"
    ? {
        answered: true,
        ...measured(outcome),
        ...(outcome.quality === undefined ? {} : { quality: outcome.quality }),
      }
    : {
        answered: false,
        ...measured(outcome),
        failure: { reason: outcome.failure.reason, message: outcome.failure.message },
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
          result: ending.answered.result,
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
        },
      ]
    case "Cancelled":
      return []
  }
}
