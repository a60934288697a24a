import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { Example } from "../../Example.ts"
import type { InputError } from "../../InputError.ts"
import { formatProblem } from "../../Problem.ts"
import type { DatasetExample } from "../datasets/Dataset.ts"
import { fingerprint } from "../datasets/fingerprint.ts"
import { loadDataset } from "../datasets/loadDataset.ts"
import { splitDataset } from "../datasets/splitDataset.ts"
import { withoutOverlap } from "../datasets/withoutOverlap.ts"
import type { OptimizationPlan } from "./optimizationPlan.ts"
import { OptimizationError } from "./Optimizer.ts"

/** The rows of a job; no two parts have a row in common. */
export interface OptimizationData {
  readonly train: ReadonlyArray<Example>
  /** What candidates are selected on. */
  readonly validation: ReadonlyArray<Example>
  /** What the reported scores are measured on; selection never sees it. */
  readonly heldOut: ReadonlyArray<Example>
  /** SHA-256, in hex, of the files' rows. */
  readonly fingerprint: string
}

/** Rows at most. */
export interface RowLimits {
  readonly validation: number
  readonly heldOut: number
}

/** With fewer rows nothing can be learned, selected and measured. */
const leastRows = 10

const heldOutShare = 0.3
const validationShare = 0.2

/** Reads the rows of a plan and splits them; tells what was left out. */
export const optimizationData = Effect.fnUntraced(function* (
  plan: OptimizationPlan,
  {
    seed,
    rows,
    notice,
  }: {
    readonly seed: number
    readonly rows: RowLimits
    readonly notice: (message: string) => Effect.Effect<void>
  },
): Effect.fn.Return<OptimizationData, InputError | OptimizationError, FileSystem.FileSystem> {
  const given = {
    train: yield* loadDataset(plan.trainset, plan.signature),
    ...(plan.valset === undefined ? {} : { validation: yield* loadDataset(plan.valset, plan.signature) }),
  }
  const { train, validation } = withoutOverlap(given)
  for (const problem of [train, ...(validation === undefined ? [] : [validation])].flatMap(
    ({ problems }) => problems,
  )) {
    yield* notice(formatProblem(problem))
  }
  if (train.examples.length < leastRows) return yield* tooFew(plan.trainset, train.examples.length)

  const limits = {
    ...(plan.trainingSize === undefined ? {} : { train: plan.trainingSize }),
    ...rows,
  }
  const split = splitDataset(train.examples, {
    seed,
    heldOutShare,
    validationShare: validation === undefined ? validationShare : 0,
    limits,
  })
  const selected = validation === undefined ? split.validation : shuffled(validation.examples, seed, limits.validation)
  return {
    train: split.train,
    validation: selected,
    heldOut: split.heldOut,
    fingerprint: fingerprint([...train.examples, ...(validation?.examples ?? [])]),
  }
})

const shuffled = (examples: ReadonlyArray<DatasetExample>, seed: number, most: number) =>
  splitDataset(examples, { seed, heldOutShare: 0, validationShare: 0, limits: { train: most } }).train

const tooFew = (file: string, rows: number) =>
  new OptimizationError({
    reason: "invalid_data",
    message: `${file} has ${rows} usable rows; at least ${leastRows} are needed to learn from some, select on others and measure on the rest.`,
  })
