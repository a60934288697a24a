import { type Observable, ReplaySubject } from "rxjs"
import { isTerminal, type EventEnvelope, type RunEvent, type RunFact } from "./RunEvent.ts"
import { addEvent, noProgress, type RunProgress } from "./streams/progress.ts"
import { withoutContent } from "./withoutContent.ts"

/** Stamps facts with time and place. */
export type Stamp = (runId: string, workflow: string, seq: number) => EventEnvelope

export interface RunLogOptions {
  readonly runId: string
  readonly workflow: string
  readonly stamp: Stamp
  /** Whether published events carry inputs and answers. */
  readonly withContent: boolean
  /** What was recorded before the run was interrupted. */
  readonly history: ReadonlyArray<RunEvent>
  /** Keeps an event; calls `done` when that is done, in the order of the events. */
  readonly keep: (event: RunEvent, done: () => void) => void
  /** Called with each event once it is kept, inputs and answers included; not with the history. */
  readonly onEvent: (event: RunEvent) => void
}

/**
 * The events of one run. Nobody hears of one before it is kept. A terminal fact is held back until the run's work has
 * wound down, so that it is the last; what comes after it is dropped.
 */
export class RunLog {
  readonly #published = new ReplaySubject<RunEvent>()
  readonly #options: RunLogOptions
  #seq: number
  #progress: RunProgress
  #terminal: RunFact | null = null
  #abandoned = false

  constructor(options: RunLogOptions) {
    this.#options = options
    this.#seq = options.history.length
    this.#progress = options.history.reduce(addEvent, noProgress)
    for (const event of options.history) this.#publish(event)
  }

  /** Replays from the first event, completes after the terminal one, never errors. */
  get events$(): Observable<RunEvent> {
    return this.#published.asObservable()
  }

  get progress(): RunProgress {
    return this.#progress
  }

  get isAbandoned(): boolean {
    return this.#abandoned
  }

  record(fact: RunFact): void {
    if (this.#abandoned) return
    if (isTerminal(fact)) this.#terminal ??= fact
    else this.#add(fact, () => {})
  }

  /** Publishes the terminal fact; to be called once, when nothing of the run is at work any more. */
  async close(): Promise<void> {
    const terminal = this.#terminal
    if (terminal !== null && !this.#abandoned) await new Promise<void>((resolve) => this.#add(terminal, resolve))
    this.#published.complete()
  }

  /** Records nothing more: the run goes on elsewhere. */
  abandon(): void {
    this.#abandoned = true
  }

  #add(fact: RunFact, done: () => void): void {
    const { runId, workflow, stamp, keep, onEvent } = this.#options
    const event = { ...stamp(runId, workflow, this.#seq), ...fact }
    this.#seq += 1
    this.#progress = addEvent(this.#progress, event)
    keep(event, () => {
      if (!this.#abandoned) {
        onEvent(event)
        this.#publish(event)
      }
      done()
    })
  }

  #publish(event: RunEvent): void {
    this.#published.next(this.#options.withContent ? event : withoutContent(event))
  }
}
