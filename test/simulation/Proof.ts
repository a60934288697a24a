/** `quick` runs with the tests, `full` by night. */
export type Size = "quick" | "full"

/** Something that holds for whole experiments, and is shown by running many of them. */
export interface Proof {
  readonly name: string
  readonly claim: string
  /** Too slow for what it adds to be shown with the tests. */
  readonly byNightOnly?: boolean
  readonly prove: (size: Size) => Finding
}

export interface Finding {
  readonly holds: boolean
  /** What was counted, for people. */
  readonly figures: string
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

export const meanOf = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The middle one; of values that were never reached, infinity. */
export const medianOf = (values: ReadonlyArray<number | null>): number => {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY
}

export const shareOf = <A>(items: ReadonlyArray<A>, holds: (item: A) => boolean): number =>
  items.filter(holds).length / items.length
