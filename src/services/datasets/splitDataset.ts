import type { Example } from "../../Example.ts"
import { draw } from "../../draw.ts"

/** Disjoint parts of a data set. */
export interface DatasetSplit<E extends Example> {
  /** What demos and instructions are made from. */
  readonly train: ReadonlyArray<E>
  /** What selection looks at. */
  readonly validation: ReadonlyArray<E>
  /** What the reported score is measured on; selection never sees it. */
  readonly heldOut: ReadonlyArray<E>
}

export interface SplitOptions<E extends Example = Example> {
  readonly seed: number
  /** What an example's place in the shuffle follows from, besides the seed. Default: its index. */
  readonly keyOf?: (example: E, index: number) => string
  /** Default 0.2. */
  readonly validationShare?: number
  /** Default 0.2. */
  readonly heldOutShare?: number
  /** How many examples each part has at most. */
  readonly limits?: { readonly train?: number; readonly validation?: number; readonly heldOut?: number }
}

/**
 * Shuffles by the seed and splits. A part with a share gets at least one example as long as one is left for training;
 * what a limit cuts off the other two parts goes to training.
 */
export const splitDataset = <E extends Example>(
  examples: ReadonlyArray<E>,
  options: SplitOptions<E>,
): DatasetSplit<E> => {
  const { seed, keyOf = (_, index) => String(index), validationShare = 0.2, heldOutShare = 0.2, limits = {} } = options
  const shuffled = examples
    .map((example, index) => ({ example, position: draw(seed, keyOf(example, index)) }))
    .toSorted((a, b) => a.position - b.position)
    .map(({ example }) => example)
  const spare = Math.max(0, examples.length - 1)
  const heldOut = Math.min(sizeOf(examples.length, heldOutShare), limits.heldOut ?? Infinity, spare)
  const validation = Math.min(sizeOf(examples.length, validationShare), limits.validation ?? Infinity, spare - heldOut)
  return {
    heldOut: shuffled.slice(0, heldOut),
    validation: shuffled.slice(heldOut, heldOut + validation),
    train: shuffled.slice(heldOut + validation).slice(0, limits.train ?? Infinity),
  }
}

const sizeOf = (all: number, share: number): number => (share === 0 ? 0 : Math.max(1, Math.round(all * share)))
