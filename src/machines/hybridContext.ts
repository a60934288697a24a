import type { JsonObject } from "../Json.ts"
import type { PipelineInput } from "../PipelineInput.ts"
import type { ModeDecision, Route } from "../Route.ts"
import type { Step } from "../Step.ts"
import { StepFailure } from "../StepFailure.ts"
import type { Scope } from "../StepTask.ts"
import { addUsage, noUsage, type Usage } from "../Usage.ts"
import { resolveMode, workflowMode } from "./executionMode.ts"
import { fallbackPolicy } from "./fallback.ts"
import { routingPolicy } from "./routingPolicy.ts"
import type { StepInput } from "./stepContext.ts"
import type { StepResult } from "./StepResult.ts"

/** The execution context of one run. JSON throughout. */
export interface HybridContext extends PipelineInput {
  /** The run's mode, before steps say otherwise. */
  readonly modeDecision: ModeDecision
  readonly scope: Scope
  /** Index of the step that is running or comes next. */
  readonly position: number
  /** The route of the step at `position`, where it was routed before the run was interrupted. */
  readonly recordedRoute: Route | null
  readonly failed: { readonly step: string | null; readonly failure: StepFailure } | null
  readonly usage: Usage
  readonly latencyMs: number
}

export const makeHybridContext = (input: PipelineInput): HybridContext => ({
  ...input,
  modeDecision: resolveMode({
    killSwitch: input.killSwitch,
    run: input.mode,
    workflow: workflowMode(input.workflow),
  }),
  scope: {
    inputs: input.inputs,
    results: {},
    variables: {},
    globalVars: input.workflow.global_vars ?? {},
    run: { id: input.runId, startedAt: input.startedAt },
  },
  position: 0,
  recordedRoute: null,
  failed: null,
  usage: noUsage,
  latencyMs: 0,
})

export const currentStep = (context: HybridContext): Step =>
  context.workflow.steps[context.position] ?? context.workflow.steps[0]

/** What the step machine of the current step is started with. */
export const stepInput = (context: HybridContext): StepInput => {
  const step = currentStep(context)
  return {
    task: {
      runId: context.runId,
      workflow: context.workflow.name,
      step,
      path: step.name,
      scope: context.scope,
      settings: context.settings,
      laterSteps: context.workflow.steps.slice(context.position + 1).map(({ name }) => name),
    },
    modes: {
      stepOverride: Object.hasOwn(context.stepModes, step.name) ? context.stepModes[step.name] : undefined,
      step: step.execution_mode,
      run: context.mode,
      workflow: workflowMode(context.workflow),
    },
    fallback: fallbackPolicy(context.workflow, step, context.fallbackEnabled),
    routing: routingPolicy(context.workflow),
    unit: context.unit,
    seed: context.seed,
    ...(context.recordedRoute === null ? {} : { recordedRoute: context.recordedRoute }),
  }
}

/** Takes a step's result into the run: later steps see it, and it is paid for. */
export const keepStep = (context: HybridContext, result: StepResult): Partial<HybridContext> => {
  const step = currentStep(context).name
  const spent = {
    usage: addUsage(context.usage, result.usage),
    latencyMs: context.latencyMs + result.latencyMs,
    recordedRoute: null,
  }
  switch (result.ending._tag) {
    case "Completed": {
      const { answered } = result.ending
      const scope = withResult(context.scope, step, answered.result, answered.variables)
      return { ...spent, scope, position: context.position + 1 }
    }
    case "Skipped": {
      const skipped = { success: true, skipped: true, reason: result.ending.because }
      return { ...spent, scope: withResult(context.scope, step, skipped), position: context.position + 1 }
    }
    case "Failed":
      return { ...spent, failed: { step, failure: result.ending.failure } }
    case "Cancelled":
      return spent
  }
}

const withResult = (scope: Scope, step: string, result: JsonObject, variables: JsonObject = {}): Scope => ({
  ...scope,
  results: { ...scope.results, [step]: result },
  variables: { ...scope.variables, ...variables },
})

/** A step machine that broke instead of reporting a result. */
export const keepBrokenStep = (context: HybridContext, error: unknown): Partial<HybridContext> => ({
  failed: {
    step: currentStep(context).name,
    failure: new StepFailure({ reason: "defect", message: error instanceof Error ? error.message : String(error) }),
  },
})
