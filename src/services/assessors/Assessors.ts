import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { Track } from "../../ExecutionMode.ts"
import type { Step } from "../../Step.ts"
import type { StepTask } from "../../StepTask.ts"
import type { Usage } from "../../Usage.ts"
import type { StepAnswer } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import { usageMeter } from "../models/usageMeter.ts"
import { checkLabel } from "./checkLabel.ts"
import { type CompleteCheck, completeCheck, type RunTimeCheck } from "./completeCheck.ts"
import { judgedAnswer } from "./JudgedAnswer.ts"
import { judge } from "./judge.ts"
import type { OwnAssessor } from "./OwnAssessor.ts"
import { ownAssessors } from "./OwnAssessors.ts"
import { oncePerCause } from "./oncePerCause.ts"

/** What an answer is worth. */
export interface Assessment {
  /** In [0, 1]. */
  readonly quality: number
  /** What judging cost. */
  readonly usage: Usage
  /** What was found wanting, a sentence each. */
  readonly notes: ReadonlyArray<string>
}

/** Judges answers while steps run, without labels, by what a step says under `quality`. */
export class Assessors extends Context.Service<
  Assessors,
  {
    /**
     * What judges a step's answers; null where nothing does. `label` is short and changes with the settings of the
     * checks: part of the identity of an experiment. `delayed`: people score the answers later.
     */
    readonly of: (step: Step) => { readonly label: string; readonly delayed: boolean } | null
    /**
     * Judges one answer of one track; null where nothing does, feedback is awaited, or a check could not be carried
     * out, which is logged once for each step and cause. Never fails, ends within the step's deadline; interruption
     * aborts the judge's model calls.
     */
    readonly assess: (task: StepTask, answer: StepAnswer, track: Track) => Effect.Effect<Assessment | null>
  }
>()("doubletrack/services/assessors/Assessors") {
  static readonly layer = (
    registered: ReadonlyArray<OwnAssessor>,
  ): Layer.Layer<Assessors, never, Models | FileSystem.FileSystem | Path.Path> =>
    Layer.effect(
      Assessors,
      Effect.gen(function* () {
        const context = yield* Effect.context<Models>()
        const own = yield* ownAssessors(registered)
        const warn = oncePerCause()
        return Assessors.of({
          of: (step) => {
            const checks = checksOf(step)
            const delayed = carriedOut(checks).length < checks.length
            return checks.length === 0 ? null : { label: checkLabel(checks), delayed }
          },
          assess: (task, answer, track) =>
            Effect.suspend(() => {
              const checks = checksOf(task.step)
              const now = carriedOut(checks)
              if (now.length === 0 || now.length < checks.length) return Effect.succeed(null)
              const meter = usageMeter()
              return judge(now, judgedAnswer(task, answer, track), own).pipe(
                meter.counted,
                Effect.map((appraised) => ({ ...appraised, usage: meter.usage() })),
                Effect.catch((failure) => Effect.as(warn(task, failure), null)),
                Effect.provideContext(context),
              )
            }),
        })
      }),
    )
}

const checksOf = ({ quality = [] }: Step): ReadonlyArray<CompleteCheck> => quality.map(completeCheck)

/** Those that are not left to people. */
const carriedOut = (checks: ReadonlyArray<CompleteCheck>): ReadonlyArray<RunTimeCheck> =>
  checks.filter((check) => check.kind !== "feedback")
