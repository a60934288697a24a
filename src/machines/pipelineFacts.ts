import type { RunFact } from "../RunEvent.ts"
import { currentStep, type HybridContext } from "./hybridContext.ts"
import type { ResumeRun } from "./pipeline.ts"

const totals = ({ usage, latencyMs }: HybridContext) => ({ usage, latencyMs })

export const runStarted = (context: HybridContext): ReadonlyArray<RunFact> => [
  {
    _tag: "RunStarted",
    mode: context.modeDecision.mode,
    modeSource: context.modeDecision.source,
    seed: context.seed,
    steps: context.workflow.steps.map(({ name, type }) => ({ name, type })),
    inputs: context.inputs,
  },
]

/** Why a step was skipped that a person passed by. */
export const skippedByHand = "skipped by hand after an interruption"

export const runResumed = (
  context: HybridContext,
  { attempt, died, changed, skip }: ResumeRun,
): ReadonlyArray<RunFact> => {
  const { position, workflow } = context
  const { name } = currentStep(context)
  return [
    {
      _tag: "RunResumed",
      step: position < workflow.steps.length && context.failed === null ? name : null,
      stepsDone: position,
      attempt,
      ...(died ? { died } : {}),
      ...(changed.length === 0 ? {} : { changed }),
    },
    ...(skip ? [{ _tag: "StepSkipped", step: name, path: name, because: skippedByHand } as const] : []),
  ]
}

export const runCompleted = (context: HybridContext): ReadonlyArray<RunFact> => [
  { _tag: "RunCompleted", ...totals(context) },
]

export const runFailed = (context: HybridContext): ReadonlyArray<RunFact> =>
  context.failed === null
    ? []
    : [
        {
          _tag: "RunFailed",
          step: context.failed.step,
          reason: context.failed.failure.reason,
          message: context.failed.failure.message,
          ...totals(context),
        },
      ]

export const runCancelled = (context: HybridContext) =>
  ({ _tag: "RunCancelled", step: currentStep(context).name, ...totals(context) }) as const
