import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { type InputError, wrongInput } from "../../InputError.ts"
import { nearestName } from "../../nearestName.ts"
import type { Signature } from "../../Signature.ts"
import { sideEffects } from "../../sideEffects.ts"
import type { Step } from "../../Step.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import { fitsAnyRow } from "../datasets/loadDataset.ts"

/** A step and the data set it is measured on. */
export interface ChosenStep {
  readonly step: Step
  readonly signature: Signature
  /** Relative to the working directory where it lies below. */
  readonly file: string
}

/**
 * The named step, else every step with a signature that the data set has rows for. The data set is the given one, else
 * `evaluation_data_path` of the step's or the workflow's `dspy_config`, relative to the workflow file.
 */
export const chooseSteps = Effect.fnUntraced(function* (
  loaded: LoadedWorkflow,
  { step: name, dataset }: { readonly step?: string | undefined; readonly dataset?: string | undefined },
): Effect.fn.Return<ReadonlyArray<ChosenStep>, InputError, FileSystem.FileSystem | Path.Path> {
  const { steps } = loaded.workflow
  const candidates = name === undefined ? steps.filter(canBeMeasured) : [yield* namedStep(loaded, name)]
  const chosen: Array<ChosenStep> = []
  for (const step of candidates) {
    const file = yield* dataFileOf(loaded, step, dataset)
    if (step.signature !== undefined && file !== undefined) chosen.push({ step, signature: step.signature, file })
  }
  const [first] = chosen
  if (candidates.length === 0) {
    return yield* wrongInput(
      `no step of ${loaded.workflow.name} has a signature, which says what goes in and out of it`,
    )
  }
  if (first === undefined) {
    return yield* wrongInput(
      "there is no data set: pass --dataset FILE, or set dspy_config.evaluation_data_path in the workflow",
    )
  }
  if (name !== undefined) return chosen
  const fitting = yield* Effect.filter(chosen, ({ file, signature }) => fitsAnyRow(file, signature))
  // With no step left, loading the data for the first one says what is wrong with it.
  return fitting.length > 0 ? fitting : [first]
})

/** What a step does beside answering must not be done for every row of a data set. */
const canBeMeasured = (step: Step): boolean => step.signature !== undefined && !sideEffects(step)

/** The step with this name, where it can be measured. */
export const namedStep = Effect.fnUntraced(function* ({ workflow }: LoadedWorkflow, name: string) {
  const step = workflow.steps.find((each) => each.name === name)
  if (step === undefined) {
    const names = workflow.steps.map((each) => each.name)
    const meant = nearestName(name, names)
    const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`
    return yield* wrongInput(
      `there is no step "${name}".${hint} The steps of ${workflow.name} are ${names.join(", ")}.`,
    )
  }
  if (step.signature === undefined) {
    return yield* wrongInput(
      `step "${name}" has no signature, which says what goes in and out of it; give it one to measure it`,
    )
  }
  if (sideEffects(step)) {
    return yield* wrongInput(
      `step "${name}" can write or run commands, which is not to happen once for every row of a data set`,
    )
  }
  return { ...step, signature: step.signature }
})

const dataFileOf = Effect.fnUntraced(function* ({ workflow, directory }: LoadedWorkflow, step: Step, given?: string) {
  if (given !== undefined) return given
  const path = yield* Path.Path
  const written = step.dspy_config?.evaluation_data_path ?? workflow.dspy_config?.evaluation_data_path
  if (written === undefined) return undefined
  const file = path.resolve(directory, written)
  const relative = path.relative(path.resolve("."), file)
  return relative.startsWith("..") ? file : relative
})
