import { addEvent, noProgress, type RunProgress } from "../streams/progress.ts"
import type { RunEvent } from "../RunEvent.ts"
import { paintNothing } from "./paint.ts"
import { nameWidth, stepLine } from "./stepLine.ts"

/** The steps of a run as lines, each when its step has ended: for pipes and logs. */
export class PlainView {
  readonly #print: (line: string) => void
  #progress: RunProgress = noProgress

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  add(event: RunEvent): void {
    const before = this.#progress
    this.#progress = addEvent(before, event)
    const look = { paint: paintNothing, nameWidth: nameWidth(this.#progress) }
    for (const [index, step] of this.#progress.steps.entries()) {
      if (endStates.has(step.state) && step.state !== before.steps[index]?.state) this.#print(stepLine(step, look))
    }
  }
}

const endStates: ReadonlySet<string> = new Set(["done", "skipped", "failed", "cancelled"])
