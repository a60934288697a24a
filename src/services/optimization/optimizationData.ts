import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { Example } from "../../Example.ts"
import type { InputError } from "../../InputError.ts"
import { formatProblem } from "../../Problem.ts"
import type { Dataset, DatasetExample } from "../datasets/Dataset.ts"
import { fingerprint } from "../datasets/fingerprint.ts"
import { loadDataset } from "../datasets/loadDataset.ts"
import { splitDataset } from "../datasets/splitDataset.ts"
import { inputKey } from "../datasets/withoutDuplicates.ts"
import { withoutOverlap } from "../datasets/withoutOverlap.ts"
import type { Store } from "../store/Store.ts"
import type { OptimizationPlan } from "./optimizationPlan.ts"
import type { OptimizationError } from "./Optimizer.ts"
import { leastRows, type RowSources, rowsOf } from "./RowSources.ts"
import { splitRows } from "./splitRows.ts"
import { tooFewRows } from "./tooFewRows.ts"
import { collectedNotices, trainingRows } from "./trainingRows.ts"

/** The rows of a job; no two parts have a row in common. */
export interface OptimizationData {
  readonly train: ReadonlyArray<Example>
  /** What candidates are selected on. */
  readonly validation: ReadonlyArray<Example>
  /** What the reported scores are measured on; selection never sees it. */
  readonly heldOut: ReadonlyArray<Example>
  /** SHA-256, in hex, of the rows that the parts were made of. */
  readonly fingerprint: string
  /** How many rows of the parts were left by runs. */
  readonly collected: number
}

/** Rows at most. */
export interface RowLimits {
  readonly validation: number
  readonly heldOut: number
}

export interface OptimizationDataOptions {
  readonly seed: number
  readonly rows: RowLimits
  readonly notice: (message: string) => Effect.Effect<void>
}

const heldOutShare = 0.3
const validationShare = 0.2

/** Reads the rows of a plan and splits them; tells what was left out. */
export const optimizationData = Effect.fnUntraced(function* (
  plan: OptimizationPlan,
  { seed, rows, notice }: OptimizationDataOptions,
): Effect.fn.Return<OptimizationData, InputError | OptimizationError, FileSystem.FileSystem | Store> {
  const found = yield* trainingRows(plan)
  const valset = plan.valset === undefined ? undefined : yield* loadDataset(plan.valset, plan.signature)
  const { train, validation } = withoutShared(found.file, valset)
  for (const problem of [train, validation].flatMap((dataset) => dataset?.problems ?? [])) {
    yield* notice(formatProblem(problem))
  }
  const selectedOn = new Set(validation?.examples.map(inputKey))
  const isOwn = (example: Example) => !selectedOn.has(inputKey(example))
  const sources: RowSources = {
    file: train?.examples ?? [],
    expected: found.expected.filter(isOwn),
    answered: found.answered.filter(isOwn),
  }
  if (rowsOf(sources).length < leastRows) return yield* tooFewRows(plan, sources)
  for (const message of collectedNotices(sources, found.unfit)) yield* notice(message)

  const split = splitRows(sources, {
    seed,
    heldOutShare,
    validationShare: validation === undefined ? validationShare : 0,
    limits: { ...(plan.trainingSize === undefined ? {} : { train: plan.trainingSize }), ...rows },
  })
  const selected = validation === undefined ? split.validation : shuffled(validation.examples, seed, rows.validation)
  const left = new Set([...sources.expected, ...sources.answered])
  return {
    train: split.train,
    validation: selected,
    heldOut: split.heldOut,
    fingerprint: fingerprint([...rowsOf(sources), ...(validation?.examples ?? [])]),
    collected: [...split.train, ...selected, ...split.heldOut].filter((example) => left.has(example)).length,
  }
})

const withoutShared = (
  train: Dataset | null,
  validation: Dataset | undefined,
): { readonly train?: Dataset; readonly validation?: Dataset } => {
  const given = validation === undefined ? {} : { validation }
  return train === null ? given : withoutOverlap({ train, ...given })
}

const shuffled = (examples: ReadonlyArray<DatasetExample>, seed: number, most: number) =>
  splitDataset(examples, { seed, heldOutShare: 0, validationShare: 0, limits: { train: most } }).train
