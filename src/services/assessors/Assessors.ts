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
import type { OwnAssessor } from "./OwnAssessor.ts"

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
     * out, which is logged once for each step and cause. Never fails; interruption aborts the judge's model calls.
     */
    readonly assess: (task: StepTask, answer: StepAnswer, track: Track) => Effect.Effect<Assessment | null>
  }
>()("doubletrack/services/assessors/Assessors") {
  static readonly layer = (
    _own: ReadonlyArray<OwnAssessor>,
  ): Layer.Layer<Assessors, never, Models | FileSystem.FileSystem | Path.Path> =>
    Layer.succeed(Assessors, { of: () => null, assess: () => Effect.succeed(null) })
}
