import type { Problem } from "../../Problem.ts"
import type { Dataset, DatasetExample } from "./Dataset.ts"
import { fingerprint } from "./fingerprint.ts"
import { inputKey, linesText } from "./withoutDuplicates.ts"

/** Data sets that were given as files of their own. */
export interface GivenSplit {
  readonly train: Dataset
  readonly validation?: Dataset
  readonly heldOut?: Dataset
}

/**
 * Takes inputs that stand in two files out of one of them: out of training data first, then out of validation data. How
 * many, and which lines, is added to the problems of the data set that lost them.
 */
export const withoutOverlap = ({ train, validation, heldOut }: GivenSplit): GivenSplit => {
  const kept = validation === undefined ? undefined : without(validation, [heldOut])
  return {
    train: without(train, [validation, heldOut]),
    ...(kept === undefined ? {} : { validation: kept }),
    ...(heldOut === undefined ? {} : { heldOut }),
  }
}

const without = (dataset: Dataset, others: ReadonlyArray<Dataset | undefined>): Dataset => {
  const problems: Array<Problem> = []
  let examples = dataset.examples
  for (const other of others) {
    if (other === undefined) continue
    const keys = new Set(other.examples.map(inputKey))
    const shared = examples.filter((example) => keys.has(inputKey(example)))
    if (shared.length > 0) problems.push(warning(dataset, other, shared))
    examples = examples.filter((example) => !keys.has(inputKey(example)))
  }
  if (problems.length === 0) return dataset
  return { ...dataset, examples, problems: [...dataset.problems, ...problems], fingerprint: fingerprint(examples) }
}

const warning = (dataset: Dataset, other: Dataset, shared: ReadonlyArray<DatasetExample>): Problem => ({
  file: dataset.file,
  line: shared[0]?.line ?? 1,
  column: 1,
  path: "",
  message:
    `${shared.length} of its inputs ${shared.length === 1 ? "is" : "are"} in ${other.file}, too ` +
    `(${linesText(shared)}), and left out here`,
  severity: "warning",
})
