import { TestScheduler } from "rxjs/testing"
import { describe, expect, test } from "vitest"
import type { RunEvent } from "../../../src/RunEvent.ts"
import { alertsOf$ } from "../../../src/streams/alerts/alertsOf.ts"
import { metricsOf$ } from "../../../src/streams/metrics/metricsOf.ts"
import { answer, completed, failed, failure } from "../events.ts"

const marbles = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
const limits = { errorRate: 0.5, costRatio: 3, leastOutcomes: 2 }
const events: Record<string, RunEvent> = {
  f: failed({ step: "triage", traditional: failure() }),
  g: failed({ step: "reply", optimized: failure() }),
  t: completed({ step: "triage", traditional: answer() }),
}
const alert = (step: string, text: string) =>
  ({
    workflow: "support",
    step,
    _tag: "AlertRaised",
    alert: "error_rate",
    message: expect.stringContaining(text),
  }) as never

describe("alertsOf$", () => {
  test("raises the alerts of each step once", () => {
    marbles().run(({ cold, expectObservable }) => {
      const alerts$ = alertsOf$(metricsOf$(cold("ffgg-f-g|", events)), limits)

      expectObservable(alerts$).toBe("-a-b----|", {
        a: alert("triage", "the traditional track gave no answer in 2 of 2 tries"),
        b: alert("reply", "the optimized track gave no answer in 2 of 2 tries"),
      })
    })
  })

  test("raises an alert again after a recovery", () => {
    marbles().run(({ cold, expectObservable }) => {
      const alerts$ = alertsOf$(metricsOf$(cold("f-f-tttt-f-ffff|", events)), limits)

      expectObservable(alerts$).toBe("--a---------b--|", {
        a: alert("triage", "in 2 of 2 tries"),
        b: alert("triage", "in 5 of 9 tries"),
      })
    })
  })

  test("passes on an error of the metrics", () => {
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(alertsOf$(metricsOf$(cold("f#", events)), limits)).toBe("-#")
    })
  })
})
