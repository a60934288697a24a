import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { controlStepTypes } from "../../Step.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import type { OwnStepType } from "./OwnStepType.ts"
import { ownStep } from "./ownStep.ts"
import type { StepType } from "./StepType.ts"
import { claude } from "./steps/claude.ts"
import { claudeBatch } from "./steps/claudeBatch.ts"
import { claudeExtract } from "./steps/claudeExtract.ts"
import { claudeRobust } from "./steps/claudeRobust.ts"
import { claudeSession } from "./steps/claudeSession.ts"
import { claudeSmart } from "./steps/claudeSmart.ts"
import { gemini } from "./steps/gemini.ts"
import { geminiInstructor } from "./steps/geminiInstructor.ts"
import { parallelClaude } from "./steps/parallelClaude.ts"
import { setVariable } from "./steps/setVariable.ts"

/** The step types that can be executed: the built-in ones and those of the embedding program. */
export class StepTypes extends Context.Service<
  StepTypes,
  {
    /** How a step is executed; fails with `configuration` for a type that nobody brought along. */
    readonly of: (task: StepTask) => Effect.Effect<StepType, StepFailure>
  }
>()("doubletrack/services/executors/StepTypes") {}

/** The built-in types; an own type replaces a built-in one of the same name. */
export const stepTypesLayer = (own: ReadonlyArray<OwnStepType> = []): Layer.Layer<StepTypes> => {
  const types = new Map([...builtIn, ...own.map((type) => [type.type, ownStep(type)] as const)])
  return Layer.succeed(StepTypes, {
    of: (task) => {
      const type = types.get(task.step.type)
      return type === undefined ? Effect.fail(unsupported(task, [...types.keys()])) : Effect.succeed(type)
    },
  })
}

const builtIn: ReadonlyArray<readonly [string, StepType]> = [
  ["claude", claude],
  ["gemini", gemini],
  ["gemini_instructor", geminiInstructor],
  ["claude_smart", claudeSmart],
  ["claude_session", claudeSession],
  ["claude_extract", claudeExtract],
  ["claude_batch", claudeBatch],
  ["claude_robust", claudeRobust],
  ["parallel_claude", parallelClaude],
  ["set_variable", setVariable],
]

const unsupported = ({ step: { name, type } }: StepTask, supported: ReadonlyArray<string>): StepFailure =>
  new StepFailure({
    reason: "configuration",
    message: controlStepTypes.some((known) => known === type)
      ? `Step "${name}": step type "${type}" is not supported by this version.`
      : `Step "${name}": step type "${type}" is not known. Supported: ${supported.join(", ")}. Own types are registered at start.`,
  })
