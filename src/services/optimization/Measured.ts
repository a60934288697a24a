/** How one contender did on the held-out rows. */
export interface Measured {
  /** By row, in [0, 1]. */
  readonly scores: ReadonlyArray<number>
  /** Of all rows together; null where a price is not known. */
  readonly costUsd: number | null
}

export const measuredOf = (
  rows: ReadonlyArray<{ readonly score: number; readonly costUsd: number | null }>,
): Measured => ({
  scores: rows.map(({ score }) => score),
  costUsd: rows.reduce<number | null>(
    (sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd),
    0,
  ),
})
