import fc from "fast-check"
import { expect, test } from "vitest"
import { cancelledRun } from "../src/cancelledRun.ts"
import { isTerminal, type RunEvent } from "../src/RunEvent.ts"
import { addEvent, noProgress } from "../src/streams/progress.ts"
import { anyRunScript } from "../src/testing/arbitraries/runEvents.ts"
import { recordRun } from "../src/testing/recordRun.ts"

const stamp = (runId: string, workflow: string, seq: number) => ({
  ...({ v: 1, scope: "run", at: "2026-01-01T00:00:00.000Z", node: "here" } as const),
  ...{ id: `${runId}-${seq}`, runId, workflow, seq },
})

/** A run that nobody cancels, and the place of its history where it is left. */
const anyLeftRun = fc.tuple(
  anyRunScript.map((script) => ({ ...script, cancelledAt: null })),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
)

/** The step that was under way, as somebody who watches sees it. */
const underWay = (events: ReadonlyArray<RunEvent>): string | null =>
  events
    .reduce(addEvent, noProgress)
    .steps.find(({ state }) => !["waiting", "done", "skipped", "failed"].includes(state))?.name ?? null

test("a run that is cancelled where nobody is at it has one beginning, one end, and the step that was under way", () => {
  fc.assert(
    fc.property(anyLeftRun, ([script, place]) => {
      const whole = recordRun(script).filter((event) => !isTerminal(event))
      const left = whole.slice(0, Math.floor(place * (whole.length + 1)))

      const events = [...left, ...cancelledRun(script.input, left, stamp)]

      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
      expect(events.flatMap(({ _tag }, index) => (_tag === "RunStarted" ? [index] : []))).toEqual([0])
      expect(events.filter(isTerminal)).toEqual([events.at(-1)])
      expect(events.at(-1)).toMatchObject({ _tag: "RunCancelled", step: underWay(left) })
    }),
  )
})
