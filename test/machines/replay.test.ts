import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { replay } from "../../src/machines/replay.ts"
import { isTerminal, type RunEvent } from "../../src/RunEvent.ts"
import { addEvent, noProgress } from "../../src/streams/progress.ts"
import { anyRunScript } from "../../src/testing/arbitraries/runEvents.ts"
import { recordRun } from "../../src/testing/recordRun.ts"

/** A run that nobody cancels, and the places of its history where it is interrupted, one after the other. */
const anyInterruptions = fc.tuple(
  anyRunScript.map((script) => ({ ...script, cancelledAt: null })),
  fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 4 }),
)

/** What a run comes to, without when and how often. */
const outcomeOf = (events: ReadonlyArray<RunEvent>) => {
  const { status, results, error, usage, latencyMs, steps } = events.reduce(addEvent, noProgress)
  return { status, results, error, usage, latencyMs, steps }
}

const endsOf = (events: ReadonlyArray<RunEvent>) =>
  events.flatMap((event) =>
    event._tag === "StepCompleted" || event._tag === "StepFailed" || event._tag === "StepSkipped" ? [event.path] : [],
  )

describe("a run that is interrupted anywhere, again and again", () => {
  it("comes to what it comes to unbroken: the same answers, routes, costs and end", () => {
    fc.assert(
      fc.property(anyInterruptions, ([script, places]) => {
        const unbroken = recordRun(script)

        const broken = places.reduce((events, place) => {
          const kept = events.slice(0, 1 + Math.floor(place * (events.length - 1)))
          return kept.some(isTerminal) ? events : recordRun(script, kept)
        }, unbroken)

        expect(outcomeOf(broken)).toEqual(outcomeOf(unbroken))
        expect(endsOf(broken)).toEqual(endsOf(unbroken))
        expect(broken.map(({ seq }) => seq)).toEqual(broken.map((_, index) => index))
        expect(broken.filter(isTerminal)).toHaveLength(1)
        expect(new Set(broken.map(({ id }) => id)).size).toBe(broken.length)
      }),
    )
  })

  it("is where the machine was, by its events alone", () => {
    fc.assert(
      fc.property(anyInterruptions, ([script]) => {
        const events = recordRun(script)

        const { context } = replay(script.input, events)

        const { results, usage, latencyMs, error } = outcomeOf(events)
        expect(context.scope.results).toEqual(results)
        expect({ usage: context.usage, latencyMs: context.latencyMs }).toEqual({ usage, latencyMs })
        expect(context.failed?.step ?? null).toBe(error?.step ?? null)
      }),
    )
  })
})
