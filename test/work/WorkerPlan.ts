/** What a worker process is started with. */
export interface WorkerPlan {
  readonly name: string
  readonly store: string
  /** Where output files and the log of executions are. */
  readonly folder: string
  /** The model server. */
  readonly url: string
  readonly nats: string
  readonly takeOverMs: number
}
