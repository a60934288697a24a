/** What an observation is taken in with. */
export interface Circumstances {
  /** ISO 8601. */
  readonly at: string
  /** Drawn evenly from [0, 1), from nothing that the observation depends on. */
  readonly rounding: number
  /** False where its unit was counted before: under sticky assignment, the unit is the observation. */
  readonly freshUnit: boolean
}
