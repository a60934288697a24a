import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { Example } from "../../Example.ts"
import type { InputError } from "../../InputError.ts"
import { signatureHash } from "../../signatureHash.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import type { Dataset } from "../datasets/Dataset.ts"
import { loadDataset } from "../datasets/loadDataset.ts"
import { inputKey } from "../datasets/withoutDuplicates.ts"
import type { Store } from "../store/Store.ts"
import { storedRows } from "../training/storedRows.ts"
import { fittingRow } from "./fittingRow.ts"
import { type OptimizationPlan, optimizationPlans } from "./optimizationPlan.ts"
import { OptimizationError } from "./Optimizer.ts"
import { leastRows, type RowSources } from "./RowSources.ts"
import { measuresAnswers } from "./splitRows.ts"

/** What a step can learn from: its file, and rows that its runs left and that are not in the file. */
export interface TrainingRows extends Omit<RowSources, "file"> {
  /** Null where the plan names none. */
  readonly file: Dataset | null
  /** How many rows that runs left do not fit the signature. */
  readonly unfit: number
}

export const trainingRows = Effect.fnUntraced(function* (
  plan: OptimizationPlan,
): Effect.fn.Return<TrainingRows, InputError | OptimizationError, FileSystem.FileSystem | Store> {
  const { trainset, signature, collects } = plan
  const file = trainset === undefined ? null : yield* loadDataset(trainset, signature)
  if (!collects) return { file, expected: [], answered: [], unfit: 0 }
  const stored = yield* storedRows(signatureHash(signature)).pipe(
    Effect.mapError(({ message }) => new OptimizationError({ reason: "configuration", message })),
  )
  const seen = new Set(file?.examples.map(inputKey))
  const isNew = (example: Example) => {
    const key = inputKey(example)
    return !seen.has(key) && seen.add(key).size > 0
  }
  const rows = stored.map((row) => ({
    isExpected: row.provenance.source === "expected",
    row: fittingRow(row, signature),
  }))
  const from = (expected: boolean) =>
    rows.flatMap(({ isExpected, row }) => (row !== null && isExpected === expected && isNew(row) ? [row] : []))
  return {
    file,
    expected: from(true),
    answered: from(false),
    unfit: rows.filter(({ row }) => row === null).length,
  }
})

/** How many rows a step could learn from now; null where they cannot be had. */
export const countTrainingRows = (
  loaded: LoadedWorkflow,
  step: string,
): Effect.Effect<number | null, never, FileSystem.FileSystem | Path.Path | Store> =>
  optimizationPlans(loaded, { step }).pipe(
    Effect.flatMap(([plan]) => (plan === undefined ? Effect.succeed(null) : Effect.map(trainingRows(plan), countOf))),
    Effect.orElseSucceed(() => null),
  )

const countOf = ({ file, expected, answered }: TrainingRows): number =>
  (file?.examples.length ?? 0) + expected.length + answered.length

/** What a person should know about rows that runs left. */
export const collectedNotices = (sources: RowSources, unfit: number): ReadonlyArray<string> => {
  const { expected, answered } = sources
  const left = expected.length + answered.length
  return [
    ...(left === 0 ? [] : [`rows that runs have left: ${left}, of which a person corrected ${expected.length}`]),
    ...(measuresAnswers(sources)
      ? [
          `with fewer than ${leastRows} rows from persons, models' answers measure as well: ` +
            "the score of a track says how often it repeats them",
        ]
      : []),
    ...(unfit === 0 ? [] : [`rows that runs have left and that do not fit the signature: ${unfit}, left out`]),
  ]
}
