import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { FileSystem } from "effect/FileSystem"
import type { Path } from "effect/Path"
import type { Breakers } from "./Breakers.ts"
import type { Track } from "./ExecutionMode.ts"
import type { Answered, Outcome } from "./Outcome.ts"
import { runTrack } from "./runTrack.ts"
import { Assessors } from "./services/assessors/Assessors.ts"
import { OptimizedExecutor, type StepAnswer, TraditionalExecutor } from "./services/executors/TrackExecutor.ts"
import { deliver } from "./services/executors/writeOutput.ts"
import { RepeatableCalls } from "./services/models/RepeatableCalls.ts"
import { ResponseCaching } from "./services/models/ResponseCaching.ts"
import { usageMeter } from "./services/models/usageMeter.ts"
import { sideEffects } from "./sideEffects.ts"
import { StepFailure } from "./StepFailure.ts"
import type { StepTask } from "./StepTask.ts"
import { noUsage } from "./Usage.ts"

/** What the tracks of a step work with. */
export type TrackServices = TraditionalExecutor | OptimizedExecutor | Assessors | FileSystem | Path

/** The traditional track by itself: answered, delivered, judged. */
export const runTraditional = (task: StepTask): Effect.Effect<Outcome, never, TrackServices> =>
  judged(task, runTrack("traditional", task, delivered(task, cached(task, traditional(task)))))

/** The optimized track by itself, within so many milliseconds where there is less time than for a step. */
export const runOptimized = (
  task: StepTask,
  breakers: Breakers,
  leftMs?: number,
): Effect.Effect<Outcome, never, TrackServices> =>
  judged(
    task,
    watched(task, breakers, runTrack("optimized", task, delivered(task, cached(task, optimized(task))), leftMs)),
  )

/** The program that was in use before; its health is not the current one's. */
export const runPrevious = (task: StepTask): Effect.Effect<Outcome, never, TrackServices> =>
  judged(task, runTrack("optimized", task, delivered(task, cached(task, previous(task)))))

/** Both tracks side by side, each asked anew; neither is delivered until one is chosen. */
export const compareTracks = (task: StepTask, breakers: Breakers) =>
  Effect.all(
    {
      traditional: judged(task, runTrack("traditional", task, traditional(task))),
      optimized: judged(task, watched(task, breakers, runTrack("optimized", task, optimized(task)))),
    },
    { concurrency: 2 },
  )

/** The outcome that a comparison chose, once it is where the step says. */
export const deliverChosen = (task: StepTask, answered: Answered | null) =>
  answered === null
    ? Effect.die(new Error("a comparison without a winner has nothing to deliver"))
    : Effect.match(deliver(task, answered), {
        onSuccess: (file): Outcome => withFile(answered, file),
        onFailure: (failure): Outcome => {
          const { track, latencyMs, usage } = answered
          return { _tag: "Unanswered", track, latencyMs, usage, failure }
        },
      })

const traditional = (task: StepTask) =>
  once(
    task,
    TraditionalExecutor.use((executor) => executor.execute(task)),
  )

const optimized = (task: StepTask) =>
  once(
    task,
    OptimizedExecutor.use((executor) => executor.execute(task)),
  )

const previous = (task: StepTask) =>
  once(
    task,
    OptimizedExecutor.use((executor) => (executor.executePrevious ?? executor.execute)(task)),
  )

/** What a step that can write began is never done again. */
const once = <R>({ step }: StepTask, execute: Effect.Effect<StepAnswer, StepFailure, R>) =>
  sideEffects(step) ? Effect.provideService(execute, RepeatableCalls, false) : execute

/** A track that runs alone may give an answer that was given before, unless the step can write, or its author does not want that. */
const cached = <R>({ step, settings }: StepTask, execute: Effect.Effect<StepAnswer, StepFailure, R>) =>
  Effect.suspend(() => {
    if (sideEffects(step) || !(step.dspy_config?.cache_enabled ?? settings.cacheEnabled ?? true)) return execute
    let hits = 0
    const counting = { used: () => void (hits += 1) }
    return Effect.map(
      Effect.provideService(execute, ResponseCaching, counting),
      (answer): StepAnswer => (hits === 0 ? answer : { ...answer, cached: true }),
    )
  })

/** An answer counts once it is where the step says: the full lifecycle of a track that runs alone. */
const delivered = <R>(task: StepTask, execute: Effect.Effect<StepAnswer, StepFailure, R>) =>
  Effect.flatMap(execute, (answer) =>
    deliver(task, answer).pipe(
      Effect.map((file) => withFile(answer, file)),
      Effect.mapError(({ reason, message }) => new StepFailure({ reason, message, usage: answer.usage })),
    ),
  )

const withFile = <A extends object>(answer: A, outputFile: string | undefined) =>
  outputFile === undefined ? answer : { ...answer, outputFile }

/** The breaker is told how it went, and also that it was interrupted. */
const watched = <R>(task: StepTask, breakers: Breakers, run: Effect.Effect<Outcome, never, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => breakers.begin(task)),
    (begun) => (begun ? run : Effect.succeed(recovering(task))),
    (begun, exit) => Effect.sync(() => begun && breakers.end(task, Exit.isSuccess(exit) ? exit.value : null)),
  )

const recovering = ({ step }: StepTask): Outcome => ({
  _tag: "Unanswered",
  track: "optimized",
  latencyMs: 0,
  usage: noUsage,
  failure: new StepFailure({
    reason: "dspy_unavailable",
    message: `step "${step.name}": the optimized track failed several times in a row and is given time to recover`,
  }),
})

/** An answer with what it is worth, where that can be said; judging takes no more time than answering may. */
const judged = <R>(task: StepTask, run: Effect.Effect<Outcome, never, R>) =>
  Effect.flatMap(run, (outcome) =>
    outcome._tag === "Unanswered" || outcome.quality !== undefined ? Effect.succeed(outcome) : assessed(task, outcome),
  )

/** A judge that comes to no verdict is paid all the same. */
const assessed = (task: StepTask, answered: Answered) =>
  Effect.suspend(() => {
    const meter = usageMeter()
    return Effect.map(meter.counted(assess(task, answered, answered.track)), (assessment): Outcome => {
      const judged = assessment === null ? answered : { ...answered, quality: assessment.quality }
      return { ...judged, judgingUsage: meter.usage() }
    })
  })

const assess = (task: StepTask, answered: Answered, track: Track) =>
  Assessors.use((assessors) => assessors.assess(task, answered, track)).pipe(
    Effect.timeoutOrElse({
      duration: task.settings.stepTimeoutMs,
      orElse: () =>
        Effect.as(
          Effect.logWarning(
            `Step "${task.step.name}": its answer was not judged within ${task.settings.stepTimeoutMs} ms; it counts as not judged.`,
          ),
          null,
        ),
    }),
  )
