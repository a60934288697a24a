import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { Program } from "../../../Program.ts"
import { signatureHash as hashOf } from "../../../signatureHash.ts"
import type { LoadedWorkflow } from "../../../Workflow.ts"
import type { OptimizationCache } from "../../cache/OptimizationCache.ts"
import type { TraditionalExecutor } from "../../executors/TrackExecutor.ts"
import type { Models } from "../../models/Models.ts"
import { ProgramStore } from "../../programs/ProgramStore.ts"
import type { Store } from "../../store/Store.ts"
import type { OptimizationLimits } from "../Budget.ts"
import type { OptimizeSurroundings } from "../OptimizeOptions.ts"
import type { AttemptOutcome, QueuedOptimization } from "./QueuedOptimization.ts"

/** What attempts in the background are given. */
export interface AttemptOptions {
  readonly surroundings: (loaded: LoadedWorkflow) => OptimizeSurroundings
  /** Model calls at the same time. Default 2. */
  readonly concurrency?: number
  /** What one attempt may take. */
  readonly limits?: OptimizationLimits
}

/** What optimizations need of a runtime. */
export type OptimizationServices =
  | TraditionalExecutor
  | Models
  | ProgramStore
  | OptimizationCache
  | Store
  | FileSystem.FileSystem
  | Path.Path

/** Compiles the step that is wanted, going on where an interrupted attempt was. Whatever goes wrong is an outcome, and is said on the log. */
export const attemptOptimization = (
  wanted: QueuedOptimization,
  loaded: LoadedWorkflow,
  { surroundings, concurrency = 2, limits = {} }: AttemptOptions,
): Effect.Effect<AttemptOutcome, never, OptimizationServices> =>
  Effect.gen(function* () {
    const { step, workflow, signatureHash, why } = wanted
    if (!hasSignature(loaded, wanted)) return failed(`step "${step}" has another signature now, or is gone`)
    if (why === "no_program") {
      const program = yield* ProgramStore.use((store) =>
        store.adopted({ workflow: workflow.name, step, signatureHash }),
      )
      if (program !== null) return inUse(program)
    }
    const { optimizeWorkflow } = yield* Effect.promise(() => import("../optimizeWorkflow.ts"))
    const [report] = yield* optimizeWorkflow(loaded, { step, concurrency, limits, resume: true }, surroundings(loaded))
    if (report === undefined) return failed("nothing was compiled")
    const { adopted, reason: message, programId } = report
    const outcome: AttemptOutcome = { status: adopted ? "adopted" : "rejected", message, programId }
    return outcome
  }).pipe(
    Effect.catch(({ message }) => Effect.succeed(failed(message))),
    Effect.catchCauseIf(
      (cause) => !Cause.hasInterruptsOnly(cause),
      (cause) => Effect.succeed(failed(Cause.pretty(cause))),
    ),
    Effect.tap(({ status, message }) =>
      status === "failed"
        ? Effect.logWarning(`Step "${wanted.step}" of "${wanted.workflow.name}" was not optimized: ${message}`)
        : Effect.void,
    ),
  )

const inUse = ({ id }: Program): AttemptOutcome => ({
  status: "adopted",
  message: "a program is in use by now",
  programId: id,
})

const failed = (message: string): AttemptOutcome => ({ status: "failed", message })

const hasSignature = ({ workflow }: LoadedWorkflow, wanted: QueuedOptimization): boolean =>
  workflow.steps.some(
    ({ name, signature }) =>
      name === wanted.step && signature !== undefined && hashOf(signature) === wanted.signatureHash,
  )
