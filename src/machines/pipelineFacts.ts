import type { RunFact } from "../RunEvent.ts"
import { currentStep, type HybridContext } from "./hybridContext.ts"

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

export const runCancelled = (context: HybridContext): ReadonlyArray<RunFact> => [
  { _tag: "RunCancelled", step: currentStep(context).name, ...totals(context) },
]
