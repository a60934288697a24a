import type { Run } from "./Run.ts"

/** How a process works for its fleet. */
export interface WorkOptions {
  /** Runs at the same time; default: `nats.work.concurrency`. */
  readonly concurrency?: number
  /** Runs that it takes in a minute; default: `nats.work.perMinute`. */
  readonly perMinute?: number
  /** Told of each run that it begins, or goes on with. */
  readonly onRun?: (run: Run) => void
}

/** A process that carries out the runs of its fleet. */
export interface RunWorker {
  /** Takes no more, gives back what it is at, so that another worker goes on with it at once, and waits for that. */
  readonly stop: () => Promise<void>
}
