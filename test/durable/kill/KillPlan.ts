/** What a child process is to do; the same for every process of one series. */
export interface KillPlan {
  readonly store: string
  /** Where output files and the log of executions are. */
  readonly folder: string
  /** The model server. */
  readonly url: string
  readonly runs: number
  /** How long a run waits for a store that is full, ms. */
  readonly waitMs?: number
}
