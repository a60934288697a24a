import type { Example } from "../../Example.ts"
import { type DatasetSplit, splitDataset, type SplitOptions } from "../datasets/splitDataset.ts"
import { inputKey } from "../datasets/withoutDuplicates.ts"
import { leastRows, type RowSources, rowsOf } from "./RowSources.ts"

/**
 * Splits rows so that none is in two parts. Where there are enough rows from persons, the answers of models only train:
 * on them, the track that gave them would always be right. A row that runs left falls by its inputs, so that it mostly
 * stays in its part when more come.
 */
export const splitRows = (sources: RowSources, options: Omit<SplitOptions, "keyOf">): DatasetSplit<Example> => {
  const { file, expected, answered } = sources
  const keyOf = (example: Example, index: number) => (index < file.length ? String(index) : inputKey(example))
  if (measuresAnswers(sources)) return splitDataset(rowsOf(sources), { ...options, keyOf })
  const split = splitDataset([...file, ...expected], { ...options, keyOf })
  return { ...split, train: [...split.train, ...answered].slice(0, options.limits?.train ?? Infinity) }
}

/** Whether there are too few rows from persons to measure on these alone. */
export const measuresAnswers = ({ file, expected, answered }: RowSources): boolean =>
  answered.length > 0 && file.length + expected.length < leastRows
