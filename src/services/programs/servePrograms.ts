import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { Program } from "../../Program.ts"
import { signatureHash } from "../../signatureHash.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { askProgram } from "../adapters/askProgram.ts"
import { modelFailure } from "../executors/modelFailure.ts"
import { signatureInputs } from "../executors/signatureInputs.ts"
import { stepModel } from "../executors/stepModel.ts"
import { OptimizedExecutor, type OptimizedReadiness, type StepAnswer } from "../executors/TrackExecutor.ts"
import type { Models } from "../models/Models.ts"
import { answerText } from "./answerText.ts"
import { type DemoIndexes, demoIndexes } from "./demoIndexes.ts"
import { ProgramStore } from "./ProgramStore.ts"
import { servedProgram, unavailable } from "./servedProgram.ts"

/**
 * The optimized track: the program adopted for a step's workflow, name and signature, asked through the model that the
 * traditional track would take. The result holds `success`, `text`, `cost`, `model`, `outputs` and the program's id.
 */
export const servePrograms: Layer.Layer<OptimizedExecutor, never, ProgramStore | Models> = Layer.effect(
  OptimizedExecutor,
  Effect.gen(function* () {
    const store = yield* ProgramStore
    const context = yield* Effect.context<Models>()
    const indexes = yield* demoIndexes
    const warn = warnOnce()
    return OptimizedExecutor.of({
      readiness: (task) => readiness(task, store, warn).pipe(Effect.provideContext(context)),
      execute: (task) =>
        servedProgram(store, task).pipe(
          Effect.flatMap((program) => answer(task, program, indexes)),
          Effect.provideContext(context),
        ),
      executePrevious: (task) =>
        previousProgram(store, task).pipe(
          Effect.flatMap((program) => answer(task, program, indexes)),
          Effect.provideContext(context),
        ),
    })
  }),
)

/** A program that is there and cannot be had is said on the log, once: the route knows no more than that there is none. */
const readiness = Effect.fnUntraced(function* (
  task: StepTask,
  store: Store,
  warn: (message: string) => Effect.Effect<void>,
): Effect.fn.Return<OptimizedReadiness, never, Models> {
  const program = yield* servedProgram(store, task).pipe(
    Effect.tapError(({ message }) => warn(message)),
    Effect.orElseSucceed(() => null),
  )
  if (program === null) return { programId: null, available: false }
  const model = yield* Effect.result(stepModel(task))
  const { heldOut, compilation } = program
  return {
    programId: program.id,
    available: Result.isSuccess(model),
    ...(Result.isSuccess(model) ? { model: model.success } : {}),
    ...(heldOut === null ? {} : { prior: { benefit: heldOut.optimized - heldOut.baseline, n: heldOut.n } }),
    compilationCostUsd: compilation.costUsd,
  }
})

/** As many messages are remembered. */
const mostSaid = 1000

const warnOnce = () => {
  const said = new Set<string>()
  return (message: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (said.has(message)) return Effect.void
      if (said.size === mostSaid) said.clear()
      said.add(message)
      return Effect.logWarning(message)
    })
}

/** The last program that was in use before the one that is, whole and servable or not at all. */
const previousProgram = Effect.fnUntraced(function* (store: Store, task: StepTask) {
  const { signature, name } = task.step
  if (signature === undefined) return null
  const current = yield* Effect.orElseSucceed(servedProgram(store, task), () => null)
  return yield* store
    .lastAdopted(signatureHash(signature), current?.id ?? null)
    .pipe(Effect.mapError(({ message }) => unavailable(name, message)))
})

type Store = ProgramStore["Service"]

const answer = Effect.fnUntraced(function* (
  task: StepTask,
  program: Program | null,
  indexes: DemoIndexes,
): Effect.fn.Return<StepAnswer, StepFailure, Models> {
  const { name } = task.step
  if (program === null) return yield* unavailable(name, "no program is adopted for this step's signature.")

  // The step's own signature says where the values come from.
  const inputs = yield* signatureInputs(task.step.signature ?? program.signature, task)
  const model = yield* modelOf(task)
  const { retrieval } = program.candidate
  const rows =
    retrieval === undefined
      ? undefined
      : yield* indexes(retrieval.rows, program.signature).pipe(
          Effect.mapError(({ message }) => unavailable(name, `the rows of program ${program.id}: ${message}`)),
        )
  const { outputs, usage, ...asked } = yield* askProgram({
    signature: program.signature,
    candidate: program.candidate,
    ...(program.frozen === undefined ? {} : { frozen: program.frozen }),
    ...(rows === undefined ? {} : { rows }),
    inputs,
    model,
    origin: { runId: task.runId, step: name, path: task.path, track: "optimized" },
  }).pipe(
    Effect.catchTags({
      ModelError: (error) => Effect.fail(modelFailure(error, { step: name, track: "optimized" })),
      AdapterParseError: ({ message, usage }) =>
        Effect.fail(
          new StepFailure({
            reason: "optimization_failed",
            message: `Step "${name}": the answer to program ${program.id} cannot be read. ${message}`,
            ...(usage === undefined ? {} : { usage }),
          }),
        ),
    }),
  )
  const text = answerText(program.signature, outputs)
  return {
    result: { success: true, text, cost: usage.costUsd, model: asked.model, outputs, program: program.id },
    usage,
  }
})

const modelOf = (task: StepTask) =>
  Effect.catchTag(stepModel(task), "ModelError", (error) =>
    Effect.fail(modelFailure(error, { step: task.step.name, track: "optimized" })),
  )
