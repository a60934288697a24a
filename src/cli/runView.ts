import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import process from "node:process"
import type { RunEvent } from "../RunEvent.ts"
import { LiveView } from "./LiveView.ts"
import { paintFor } from "./paint.ts"
import { PlainView } from "./PlainView.ts"

/** Shows a run while it goes on. */
export interface RunView {
  readonly onEvent: (event: RunEvent) => Effect.Effect<void>
  /** Says something to a person, beside the steps. */
  readonly note: (text: string) => Effect.Effect<void>
  /** Leaves the last state on the screen. */
  readonly end: Effect.Effect<void>
}

/** Redrawn in place on a terminal, lines elsewhere, nothing where nothing is wanted. */
export const runView = (options: { readonly shown: boolean }): Effect.Effect<RunView, never, Scope.Scope> => {
  if (!options.shown) return Effect.succeed(hidden)
  return canRedraw() ? live : Effect.sync(plain)
}

const note = (text: string): Effect.Effect<void> => Console.error(text)

const hidden: RunView = { onEvent: () => Effect.void, note, end: Effect.void }

const canRedraw = (): boolean => process.stdout.isTTY && process.env.TERM !== "dumb"

const plain = (): RunView => {
  const lines: Array<string> = []
  const view = new PlainView((line) => lines.push(line))
  return {
    onEvent: (event) =>
      Effect.suspend(() => {
        view.add(event)
        return Effect.forEach(lines.splice(0), (line) => Console.log(line), { discard: true })
      }),
    note,
    end: Effect.void,
  }
}

const live = Effect.gen(function* () {
  const view = new LiveView({
    write: (text) => void process.stdout.write(text),
    columns: () => orUsual(process.stdout.columns, 80),
    rows: () => orUsual(process.stdout.rows, 24),
    paint: paintFor({ isTerminal: true, environment: process.env }),
  })
  const draw = Effect.flatMap(Clock.currentTimeMillis, (nowMs) => Effect.sync(() => view.draw(nowMs)))
  const redraw = draw.pipe(Effect.repeat(Schedule.spaced("120 millis")), Effect.asVoid)
  yield* Effect.forkScoped(redraw)
  const shown: RunView = {
    onEvent: (event) => Effect.flatMap(Clock.currentTimeMillis, (nowMs) => Effect.sync(() => view.add(event, nowMs))),
    note: (text) => Effect.flatMap(Clock.currentTimeMillis, (nowMs) => Effect.sync(() => view.note(text, nowMs))),
    end: Effect.flatMap(Clock.currentTimeMillis, (nowMs) => Effect.sync(() => view.end(nowMs))),
  }
  return shown
})

/** A terminal that was never told its size, such as that of `docker run -t` or `script`, says 0. */
const orUsual = (size: number, usual: number): number => (size > 0 ? size : usual)
