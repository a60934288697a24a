import { type Observable, ReplaySubject } from "rxjs"
import { isTerminal, type EventEnvelope, type RunEvent, type RunFact } from "./RunEvent.ts"
import { addEvent, noProgress, type RunProgress } from "./streams/progress.ts"

/** Stamps facts with time and place. */
export type Stamp = (runId: string, workflow: string, seq: number) => EventEnvelope

/**
 * The events of one run. A terminal fact is held back until the run's work has wound down, so that it
 * is the last; what comes after it is dropped.
 */
export class RunLog {
  readonly #published = new ReplaySubject<RunEvent>()
  readonly #runId: string
  readonly #workflow: string
  readonly #stamp: Stamp
  readonly #withContent: boolean
  readonly #onEvent: (event: RunEvent) => void
  #seq = 0
  #progress: RunProgress = noProgress
  #terminal: RunFact | null = null

  constructor(options: {
    readonly runId: string
    readonly workflow: string
    readonly stamp: Stamp
    /** Whether published events carry inputs and answers. */
    readonly withContent: boolean
    /** Called with each event, inputs and answers included. */
    readonly onEvent: (event: RunEvent) => void
  }) {
    this.#runId = options.runId
    this.#workflow = options.workflow
    this.#stamp = options.stamp
    this.#withContent = options.withContent
    this.#onEvent = options.onEvent
  }

  /** Replays from the first event, completes after the terminal one, never errors. */
  get events$(): Observable<RunEvent> {
    return this.#published.asObservable()
  }

  get progress(): RunProgress {
    return this.#progress
  }

  record(fact: RunFact): void {
    if (isTerminal(fact)) this.#terminal ??= fact
    else this.#add(fact)
  }

  /** Publishes the terminal fact; to be called once, when nothing of the run is at work any more. */
  close(): void {
    if (this.#terminal !== null) this.#add(this.#terminal)
    this.#published.complete()
  }

  #add(fact: RunFact): void {
    const event = { ...this.#stamp(this.#runId, this.#workflow, this.#seq), ...fact }
    this.#seq += 1
    this.#progress = addEvent(this.#progress, event)
    this.#onEvent(event)
    this.#published.next(this.#withContent ? event : withoutContent(event))
  }
}

const withoutContent = (event: RunEvent): RunEvent => {
  switch (event._tag) {
    case "RunStarted": {
      const { inputs: _, ...rest } = event
      return rest
    }
    case "StepCompleted": {
      const { result: _, ...rest } = event
      return rest
    }
    default:
      return event
  }
}
