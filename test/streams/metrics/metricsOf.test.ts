import { shareReplay } from "rxjs"
import { TestScheduler } from "rxjs/testing"
import { describe, expect, test } from "vitest"
import type { RunEvent } from "../../../src/RunEvent.ts"
import type { StepMetricsReport } from "../../../src/StepMetricsReport.ts"
import { addToMetrics, noMetrics } from "../../../src/streams/metrics/addToMetrics.ts"
import { metricsOf, metricsOf$ } from "../../../src/streams/metrics/metricsOf.ts"
import { answer, completed, minute, stepStarted } from "../events.ts"

const marbles = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
const after = (...events: ReadonlyArray<RunEvent>) => metricsOf(events.reduce(addToMetrics, noMetrics))

const triage = completed({ step: "triage", traditional: answer() })
const reply = completed({ step: "reply", optimized: answer() })
const events = { s: stepStarted(), t: triage, r: reply }

describe("metricsOf$", () => {
  test("tells the metrics once for each event that changes them, by workflow and step", () => {
    marbles().run(({ cold, expectObservable }) => {
      const metrics$ = metricsOf$(cold("s-t-s-r-|", events))

      expectObservable(metrics$).toBe("--a---b-|", { a: after(triage), b: after(triage, reply) })
    })
    expect(after(triage, reply).map(({ step }) => step)).toEqual(["reply", "triage"])
  })

  test("gives the latest metrics to a late subscriber when it is shared", () => {
    marbles().run(({ hot, expectObservable }) => {
      const metrics$ = metricsOf$(hot("t--r----t", events)).pipe(shareReplay({ bufferSize: 1, refCount: false }))
      const [a, b, c] = [after(triage), after(triage, reply), after(triage, reply, triage)]

      expectObservable(metrics$).toBe("a--b----c", { a, b, c })
      expectObservable(metrics$, "-----^").toBe("-----b--c", { b, c })
    })
  })

  test("passes on an error of the events", () => {
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(metricsOf$(cold("t-#", events))).toBe("a-#", { a: after(triage) })
    })
  })

  test("keeps the report of a step that nothing happened to", () => {
    const seen: Array<ReadonlyArray<StepMetricsReport>> = []
    const later = completed({ step: "triage", at: minute(10), traditional: answer() })
    marbles().run(({ cold, flush }) => {
      metricsOf$(cold("(trtx)", { ...events, x: later })).subscribe((reports) => seen.push(reports))
      flush()
    })

    const [, first, second, third] = seen
    expect(second![0]).toBe(first![0])
    expect(second![1]).not.toBe(first![1])
    expect(third![0]).not.toBe(second![0])
  })
})
