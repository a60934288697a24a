import * as Effect from "effect/Effect"
import { type InputError, refuse, wrongInput } from "./InputError.ts"
import { currentStep, type HybridContext, stepInput } from "./machines/hybridContext.ts"
import { stepInDoubt } from "./machines/replay.ts"
import { checkModels } from "./prepareRun.ts"
import type { ResumeOptions } from "./Run.ts"
import { isTerminal } from "./RunEvent.ts"
import { shellWord } from "./shellWord.ts"
import { controlStepTypes } from "./Step.ts"
import { StepTypes } from "./services/executors/StepTypes.ts"
import type { HeldRun } from "./services/journal/Journal.ts"
import type { Models } from "./services/models/Models.ts"

/** Whether a run that has ended can be told again, and nothing else is asked for. */
export const checkEnded = (
  { record: { runId, status }, events }: HeldRun,
  { retry, skip }: ResumeOptions,
): Effect.Effect<void, InputError> => {
  const ended = `Run ${runId} has ended: it is ${status}`
  if (retry !== undefined || skip !== undefined)
    return refuse(`${ended}, so there is nothing to ${retry === undefined ? "skip" : "retry"}. Start it anew.`)
  const last = events.at(-1)
  return last !== undefined && isTerminal(last)
    ? Effect.void
    : refuse(`${ended}, but its journal cannot be read to the end. Start it anew.`)
}

export const sayTorn = ({ record: { runId }, torn }: HeldRun): Effect.Effect<void> =>
  torn
    ? Effect.logWarning(`The end of the journal of run ${runId} cannot be read; it goes on from before that.`)
    : Effect.void

/** Whether what a person decided fits the step that the run goes on with, and whether there is something to decide. */
export const checkDecision = (
  context: HybridContext,
  { retry, skip }: ResumeOptions,
): Effect.Effect<void, InputError> => {
  const { runId, position, workflow } = context
  const name = position < workflow.steps.length ? currentStep(context).name : null
  const decided = retry ?? skip
  if (retry !== undefined && skip !== undefined) return refuse("a step is either retried or skipped")
  if (decided !== undefined && decided !== name) {
    return refuse(
      name === null
        ? `every step of run ${runId} has ended; there is nothing to ${retry === undefined ? "skip" : "retry"}`
        : `run ${runId} goes on with step "${name}", so no other can be retried or skipped`,
    )
  }
  return decided === undefined && stepInDoubt(context) !== null ? refuse(inDoubtText(context)) : Effect.void
}

/** Why a run is in doubt, and what to do about it. */
export const inDoubtText = (context: HybridContext): string => {
  const { name, type } = currentStep(context)
  const word = shellWord(name)
  const can = type === "file_ops" ? "changes files" : "has tools that can write"
  return (
    `Run ${context.runId} is in doubt: it was interrupted in step "${name}", which ${can}, and nobody knows what it has ` +
    `done. Look, then resume with --retry ${word} to run the step again, or with --skip ${word} to pass it by.`
  )
}

/**
 * Every step that is still to come can be run here: its type is known, and its model can be called. Another model than
 * before is said. Gives the models, by step.
 */
export const checkRest = (
  context: HybridContext,
  modelsBefore: Readonly<Record<string, string>>,
): Effect.Effect<Readonly<Record<string, string>>, InputError, StepTypes | Models> =>
  Effect.gen(function* () {
    const types = yield* StepTypes
    const { steps } = context.workflow
    for (let position = context.position; position < steps.length; position++) {
      const { task } = stepInput({ ...context, position })
      if (controlStepTypes.some((type) => type === task.step.type)) continue
      yield* Effect.mapError(types.of(task), ({ message }) => wrongInput(message))
    }
    const models = yield* checkModels(steps.slice(context.position), context.settings.model)
    for (const [step, model] of Object.entries(models)) {
      const before = modelsBefore[step]
      if (before === undefined || before === model) continue
      yield* Effect.logWarning(
        `Run ${context.runId}: step "${step}" is answered by ${model} now; it was ${before} when the run was begun.`,
      )
    }
    return models
  })
