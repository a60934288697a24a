import { createHash } from "node:crypto"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { Program } from "../../../Program.ts"
import { signatureHash as hashOf } from "../../../signatureHash.ts"
import type { LoadedWorkflow } from "../../../Workflow.ts"
import { OptimizationCache } from "../../cache/OptimizationCache.ts"
import { underLease } from "../../cache/underLease.ts"
import type { TraditionalExecutor } from "../../executors/TrackExecutor.ts"
import type { Models } from "../../models/Models.ts"
import { ProgramStore, type StoredProgram } from "../../programs/ProgramStore.ts"
import type { Store } from "../../store/Store.ts"
import type { OptimizationLimits } from "../Budget.ts"
import type { OptimizeSurroundings } from "../OptimizeOptions.ts"
import { isForLackOfPrograms, isStrong } from "./backOff.ts"
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

/** How often one who waits for another node looks whether it is done. */
const lookEvery = "1 second"

/**
 * Compiles the step that is wanted, going on where an interrupted attempt was; one node of the fleet at a time, and not
 * what another has compiled since it was wanted. Whatever goes wrong is an outcome, and is said on the log.
 */
export const attemptOptimization = (
  wanted: QueuedOptimization,
  loaded: LoadedWorkflow,
  options: AttemptOptions,
): Effect.Effect<AttemptOutcome, never, OptimizationServices> =>
  Effect.gen(function* () {
    if (!hasSignature(loaded, wanted)) return failed(`step "${wanted.step}" has another signature now, or is gone`)
    const { leases } = yield* OptimizationCache
    const attempt = Effect.flatMap(madeSuperfluous(wanted), (outcome) =>
      outcome === null ? compile(wanted, loaded, options) : Effect.succeed(outcome),
    )
    while (true) {
      const attempted = yield* underLease(leases, leaseName(wanted), () => attempt)
      if (attempted._tag === "Done") return attempted.value
      yield* Effect.sleep(lookEvery)
    }
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

/** What makes the attempt superfluous: a program that is in use by now, or one that was taken out of use on purpose. */
const madeSuperfluous = Effect.fnUntraced(function* ({
  step,
  workflow,
  signatureHash,
  why,
  requestedAtMs,
}: QueuedOptimization) {
  const store = yield* ProgramStore
  const place = { workflow: workflow.name, step, signatureHash }
  const program = yield* store.adopted(place)
  if (program !== null) {
    return why === "no_program" || Date.parse(program.createdAt) > requestedAtMs ? inUse(program) : null
  }
  const withdrawn = isForLackOfPrograms(why) ? yield* store.withdrawn(place) : null
  return withdrawn === null ? null : outOfUse(withdrawn)
})

const compile = Effect.fnUntraced(function* (
  { step, why, requestedAtMs }: QueuedOptimization,
  loaded: LoadedWorkflow,
  { surroundings, concurrency = 2, limits = {} }: AttemptOptions,
) {
  const { optimizeWorkflow } = yield* Effect.promise(() => import("../optimizeWorkflow.ts"))
  const order = { step, concurrency, limits, resume: true, cache: true }
  const background = { failuresAfterMs: isStrong(why) ? requestedAtMs : 0 }
  const [report] = yield* optimizeWorkflow(loaded, order, { ...surroundings(loaded), background })
  if (report === undefined) return failed("nothing was compiled")
  const { adopted, reason: message, programId } = report
  const outcome: AttemptOutcome = { status: adopted ? "adopted" : "rejected", message, programId }
  return outcome
})

const leaseName = ({ signatureHash, workflow, step }: QueuedOptimization): string => {
  const place = createHash("sha256").update(JSON.stringify([workflow.name, step]))
  return `background.${signatureHash.slice(0, 32)}.${place.digest("hex").slice(0, 16)}`
}

const inUse = ({ id }: Program): AttemptOutcome => ({
  status: "adopted",
  message: "a program is in use by now",
  programId: id,
})

/** Whoever took it out of use did not mean for the like of it to come back at once. */
const outOfUse = ({ program: { id }, status: { reason } }: StoredProgram): AttemptOutcome => ({
  status: "rejected",
  message:
    `the step had program ${id} until it was taken out of use (${reason}), and nothing is known that it did not know; ` +
    `\`doubletrack optimize\` compiles another, \`doubletrack program promote ${id}\` takes it up again`,
  programId: id,
})

const failed = (message: string): AttemptOutcome => ({ status: "failed", message })

const hasSignature = ({ workflow }: LoadedWorkflow, wanted: QueuedOptimization): boolean =>
  workflow.steps.some(
    ({ name, signature }) =>
      name === wanted.step && signature !== undefined && hashOf(signature) === wanted.signatureHash,
  )
