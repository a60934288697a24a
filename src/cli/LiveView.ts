import { addEvent, noProgress, type RunProgress } from "../streams/progress.ts"
import type { RunEvent } from "../RunEvent.ts"
import { fitLine } from "./fitLine.ts"
import type { Paint } from "./paint.ts"
import { nameWidth, stepLine } from "./stepLine.ts"

/** A terminal to draw on. */
export interface Screen {
  readonly write: (text: string) => void
  /** Asked at every draw, so that resizing is followed. */
  readonly columns: () => number
  readonly rows: () => number
  readonly paint: Paint
}

/** The steps of a run on a terminal, redrawn in place as events come and time passes. */
export class LiveView {
  readonly #screen: Screen
  readonly #startedAtMs = new Map<string, number>()
  #progress: RunProgress = noProgress
  #drawn = 0

  constructor(screen: Screen) {
    this.#screen = screen
  }

  /** Takes in an event and redraws; `nowMs` is when it came. */
  add(event: RunEvent, nowMs: number): void {
    this.#progress = addEvent(this.#progress, event)
    if (event._tag === "StepStarted") this.#startedAtMs.set(event.path, nowMs)
    this.draw(nowMs)
  }

  /** Redraws, with the running times of `nowMs`. */
  draw(nowMs: number): void {
    const lines = this.#visible(this.#lines(nowMs))
    this.#write(lines)
    this.#drawn = lines.length
  }

  /** Writes a line above the steps. */
  note(text: string, nowMs: number): void {
    this.#write([text])
    this.#drawn = 0
    this.draw(nowMs)
  }

  /** Draws the last state in full, to stay on the screen. */
  end(nowMs: number): void {
    this.#write(this.#lines(nowMs))
    this.#drawn = 0
  }

  /** Puts these lines in place of those drawn last. */
  #write(lines: ReadonlyArray<string>): void {
    const columns = Math.max(1, this.#screen.columns() - 1)
    this.#screen.write(`${this.#rewind()}${lines.map((line) => `${fitLine(line, columns)}\n`).join("")}`)
  }

  /** Back to the first drawn line, with everything from there on erased. */
  #rewind(): string {
    return this.#drawn === 0 ? "" : `\u001B[${this.#drawn}A\u001B[0J`
  }

  #lines(nowMs: number): ReadonlyArray<string> {
    const progress = this.#progress
    const look = { paint: this.#screen.paint, nameWidth: nameWidth(progress) }
    return progress.steps.map((step) => {
      const startedAtMs = this.#startedAtMs.get(step.path)
      return stepLine(step, startedAtMs === undefined ? look : { ...look, elapsedMs: Math.max(0, nowMs - startedAtMs) })
    })
  }

  /** What fits on the screen: lines that scrolled off cannot be redrawn, so the middle of the run is kept in sight. */
  #visible(lines: ReadonlyArray<string>): ReadonlyArray<string> {
    const room = Math.max(3, this.#screen.rows() - 1)
    if (lines.length <= room) return lines
    const current = this.#progress.steps.findIndex(({ state }) => !["done", "skipped", "failed"].includes(state))
    const last = Math.min(lines.length, Math.max(room - 1, (current === -1 ? lines.length : current) + 2))
    return [`  … ${lines.length} steps`, ...lines.slice(last - (room - 1), last)]
  }
}
