import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { JsonObject } from "../../Json.ts"
import { evaluateCondition } from "../../language/evaluateCondition.ts"
import { controlStepTypes } from "../../Step.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { RunSettings, Scope, StepTask } from "../../StepTask.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import { dialectOf, filledTask, templateFailure } from "../executors/filledTask.ts"
import { StepTypes } from "../executors/StepTypes.ts"
import { assignedVariables, setVariable } from "../executors/steps/setVariable.ts"
import { Prompts } from "./Prompts.ts"
import { hasPendingAnswer, mentions, pendingResults, textsIn } from "./pendingAnswers.ts"

/** A prompt that a run would send. */
export interface DryPrompt {
  readonly step: string
  /** Id of the task, in steps that send several prompts. */
  readonly part?: string
  readonly prompt: string
  /** False where the prompt waits for an earlier step's answer; a marker such as `‹answer of step x: text›` stands for it. */
  readonly complete: boolean
}

export interface DryRunReport {
  /** In the order in which they would be sent. */
  readonly prompts: ReadonlyArray<DryPrompt>
}

/**
 * The prompts that a run would send, in order, without calling a model. Steps whose condition is
 * known to fail are left out, and so are those of types that this version does not execute.
 */
export const dryRun = Effect.fnUntraced(function* (
  { workflow }: LoadedWorkflow,
  inputs: JsonObject,
  settings: RunSettings,
): Effect.fn.Return<DryRunReport, StepFailure, Prompts | StepTypes> {
  const run = { id: "dry-run", startedAt: DateTime.formatIso(yield* DateTime.now) }
  const prompts: Array<DryPrompt> = []
  const pending = new Set<string>()
  let scope: Scope = { inputs, results: {}, variables: {}, globalVars: workflow.global_vars ?? {}, run }

  for (const [index, step] of workflow.steps.entries()) {
    const laterSteps = workflow.steps.slice(index + 1).map(({ name }) => name)
    const task: StepTask = {
      runId: run.id,
      workflow: workflow.name,
      step,
      path: step.name,
      scope,
      settings,
      laterSteps,
    }
    const { prompts: sent, result, variables } = yield* dryStep(task, pending)
    prompts.push(...sent)
    if (result === undefined) pending.add(step.name)
    else {
      pending.delete(step.name)
      scope = {
        ...scope,
        results: { ...scope.results, [step.name]: result },
        variables: { ...scope.variables, ...variables },
      }
    }
  }
  return { prompts }
})

interface DryStep {
  readonly prompts: ReadonlyArray<DryPrompt>
  /** Absent: known only to a real run. */
  readonly result?: JsonObject
  readonly variables?: JsonObject
}

const dryStep = Effect.fnUntraced(function* (
  task: StepTask,
  pending: ReadonlySet<string>,
): Effect.fn.Return<DryStep, StepFailure, Prompts | StepTypes> {
  const skipped = yield* skippedResult(task, pending)
  if (skipped !== undefined) return { prompts: [], result: skipped }

  const stepTypes = yield* StepTypes
  const type = yield* Effect.result(stepTypes.of(task))
  if (Result.isFailure(type)) {
    return controlStepTypes.some((known) => known === task.step.type) ? { prompts: [] } : yield* type.failure
  }
  const { task: filled, waits } = yield* filledAsFarAsKnown(task, pending)
  if (type.success === setVariable) return { prompts: [], ...(yield* assignedVariables(filled)) }

  const prompts = yield* Prompts
  const sent = (yield* type.success.prompts(filled)).filter(({ parts }) => parts.length > 0)
  return {
    prompts: yield* Effect.forEach(sent, ({ part, parts }) =>
      Effect.map(prompts.render(parts, filled, pending), ({ prompt, complete }) => ({
        step: task.step.name,
        ...(part === undefined ? {} : { part }),
        prompt,
        complete: complete && !waits && !hasPendingAnswer(prompt),
      })),
    ),
  }
})

/** The result of a step whose condition fails whatever the models say. */
const skippedResult = (task: StepTask, pending: ReadonlySet<string>) => {
  const { condition } = task.step
  if (condition === undefined || mentions(pending, textsIn(condition))) return Effect.undefined
  return Result.match(evaluateCondition(condition, task.scope, dialectOf(task.settings)), {
    onSuccess: (holds) =>
      Effect.succeed<JsonObject | undefined>(
        holds ? undefined : { success: true, skipped: true, reason: "Condition not met" },
      ),
    onFailure: (error) => Effect.fail(templateFailure(error, task)),
  })
}

/** `waits`: a template computes with an answer that is not there yet, so the step stands as written. */
const filledAsFarAsKnown = (task: StepTask, pending: ReadonlySet<string>) => {
  const texts = textsIn(task.step)
  const results = { ...task.scope.results, ...pendingResults(pending, texts) }
  const known = { ...task, scope: { ...task.scope, results } }
  return filledTask(known).pipe(
    Effect.map((filled) => ({ task: filled, waits: false })),
    Effect.catch((failure) =>
      mentions(pending, texts) ? Effect.succeed({ task: known, waits: true }) : Effect.fail(failure),
    ),
  )
}
