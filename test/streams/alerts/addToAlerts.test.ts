import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { AlertLimits } from "../../../src/AlertLimits.ts"
import type { RunEvent } from "../../../src/RunEvent.ts"
import type { StepMetricsReport } from "../../../src/StepMetricsReport.ts"
import { addToAlerts, noAlerts } from "../../../src/streams/alerts/addToAlerts.ts"
import { addToMetrics, noMetrics } from "../../../src/streams/metrics/addToMetrics.ts"
import { metricsOf } from "../../../src/streams/metrics/metricsOf.ts"
import { type ArmsAt, answer, completed, failed, failure, minute, unreached, usage } from "../events.ts"

const decode = Schema.decodeUnknownSync(AlertLimits)
const defaults = decode({})

const times = (n: number, event: RunEvent): ReadonlyArray<RunEvent> => Array.from({ length: n }, () => event)
const answered = (n: number, at: string) => times(n, completed({ at, traditional: answer() }))
const unanswered = (n: number, at: string) => times(n, failed({ at, traditional: failure() }))
const costing = (n: number, costUsd: number | null, place: ArmsAt = {}) =>
  times(n, completed({ traditional: answer({ usage: usage(costUsd) }), ...place }))

/** The messages raised after each event. */
const alertsAfter = (events: ReadonlyArray<RunEvent>, limits = defaults): ReadonlyArray<ReadonlyArray<string>> => {
  let [metrics, alerts] = [noMetrics, noAlerts]
  return events.map((event) => {
    metrics = addToMetrics(metrics, event)
    const report = metricsOf(metrics).find(({ step }) => step === "triage")!
    alerts = addToAlerts(alerts, report, limits)
    return alerts.raised.map(({ alert, message }) => `${alert}: ${message}`)
  })
}
const allAlerts = (events: ReadonlyArray<RunEvent>, limits = defaults) => alertsAfter(events, limits).flat()

describe("an alert of the error rate", () => {
  test("is raised once, when over a fifth of at least 20 outcomes of the last hour are no answers", () => {
    const after = alertsAfter([...answered(16, minute(0)), ...unanswered(10, minute(1))])

    expect(after.map((raised) => raised.length)).toEqual([...times(20, failed({})).map(() => 0), 1, 0, 0, 0, 0, 0])
    expect(after[20]).toEqual([
      "error_rate: the traditional track gave no answer in 5 of 21 tries since 2026-03-01T09:05:00.000Z: 23.8 %, " +
        "where 20 % are allowed (alerts.errorRate)",
    ])
  })

  test("is not raised on fewer than 20 outcomes, however bad", () => {
    expect(allAlerts(unanswered(19, minute(0)))).toEqual([])
    expect(allAlerts(unanswered(20, minute(0)))).toHaveLength(1)
  })

  test("is not raised by failures of other hours", () => {
    const hours = [0, 70, 140].flatMap((minutes) => unanswered(15, minute(minutes)))

    expect(allAlerts(hours)).toEqual([])
  })

  test("is raised for each track by itself", () => {
    const optimized = failure()
    const rescued = times(30, completed({ at: minute(0), optimized, traditional: answer() }))

    expect(allAlerts(rescued)).toEqual([expect.stringContaining("the optimized track gave no answer in 20 of 20")])
    expect(allAlerts([...rescued, ...unanswered(20, minute(0))])).toHaveLength(2)
  })

  test("is not raised where there is no program to ask", () => {
    const rescued = times(30, completed({ at: minute(0), optimized: unreached, traditional: answer() }))

    expect(allAlerts(rescued)).toEqual([])
  })

  test("is raised again only after the rate fell below four fifths of the limit", () => {
    const incident = [...answered(15, minute(0)), ...unanswered(5, minute(1))]
    const nearly = [...answered(10, minute(2)), ...unanswered(5, minute(3))]
    const recovered = [...answered(40, minute(4)), ...unanswered(15, minute(5))]

    expect(allAlerts(incident)).toHaveLength(1)
    expect(allAlerts([...incident, ...nearly])).toHaveLength(1)
    expect(allAlerts([...incident, ...nearly, ...recovered])).toHaveLength(2)
  })

  test("goes on through silence, and is over after a few answers", () => {
    const incident = unanswered(20, minute(0))
    const elsewhere = completed({ step: "reply", at: minute(90), traditional: answer() })
    const again = unanswered(20, minute(100))

    expect(allAlerts([...incident, elsewhere, ...again])).toHaveLength(1)
    expect(allAlerts([...incident, ...answered(3, minute(90)), ...again])).toHaveLength(2)
  })

  test("between two of a kind the measure was below four fifths of its limit, and each was above the limit", () => {
    const level = fc.integer({ min: 0, max: 50 })
    fc.assert(
      fc.property(fc.array(level, { maxLength: 40 }), (levels) => {
        let alerts = noAlerts
        let open = false
        for (const unansweredOf100 of levels) {
          alerts = addToAlerts(alerts, withRate(unansweredOf100), defaults)
          expect(alerts.raised.length).toBe(!open && unansweredOf100 > 20 ? 1 : 0)
          open = unansweredOf100 > 20 || (open && unansweredOf100 >= 16)
        }
      }),
    )
  })
})

/** A step of which so many of 100 tries of the traditional track were not answered. */
const withRate = (unansweredOf100: number): StepMetricsReport => {
  const [base] = metricsOf(addToMetrics(noMetrics, completed({ traditional: answer() })))
  const answered = 100 - unansweredOf100
  const traditional = { ...base!.window.tracks.traditional, n: 100, answered, successRate: answered / 100 }
  return { ...base!, window: { ...base!.window, tracks: { ...base!.window.tracks, traditional } } }
}

describe("an alert of costs", () => {
  test("is raised once, when a step costs over three times its mean so far in the last hour", () => {
    const usual = costing(200, 0.01, { at: minute(0) })
    const dear = costing(30, 0.08, { at: minute(120) })

    expect(allAlerts([...usual, ...dear])).toEqual([
      "cost: the step cost 0.08 USD on average in 20 tries since 2026-03-01T11:05:00.000Z: 4.9 times its mean so far, " +
        "where 3 times are allowed (alerts.costRatio)",
    ])
    expect(allAlerts([...usual, ...dear.slice(0, 19)])).toEqual([])
  })

  test("is raised above the limit in USD", () => {
    const limits = decode({ costUsd: 0.02 })

    expect(allAlerts(costing(30, 0.02), limits)).toEqual([])
    expect(allAlerts(costing(30, 0.021), limits)).toEqual([
      "cost: the step cost 0.021 USD on average in 20 tries since 2026-03-01T09:05:00.000Z: 0.02 USD are allowed (alerts.costUsd)",
    ])
  })

  test("is raised again only after the cost fell below four fifths of the limit", () => {
    const limits = decode({ costUsd: 0.02 })
    const dear = (at: number) => costing(20, 0.03, { at: minute(at) })
    const cheap = (at: number) => costing(20, 0.01, { at: minute(at) })
    const near = (at: number) => costing(20, 0.017, { at: minute(at) })

    expect(allAlerts([...dear(0), ...near(70), ...dear(140)], limits)).toHaveLength(1)
    expect(allAlerts([...dear(0), ...cheap(70), ...dear(140)], limits)).toHaveLength(2)
  })

  test("is not raised where prices are not known", () => {
    expect(allAlerts([...costing(200, 0), ...costing(30, null)], decode({ costUsd: 0.02 }))).toEqual([])
  })
})

describe("the limits", () => {
  test("have defaults", () => {
    expect(defaults).toEqual({ errorRate: 0.2, costRatio: 3, leastOutcomes: 20 })
  })

  test.each([{ errorRate: 0 }, { errorRate: 1.1 }, { costRatio: -1 }, { costUsd: 0 }, { leastOutcomes: 0.5 }])(
    "%o is refused",
    (limits) => {
      expect(() => decode(limits)).toThrow(Object.keys(limits)[0])
    },
  )

  test("can be set", () => {
    const strict = decode({ errorRate: 0.05, leastOutcomes: 5 })

    expect(allAlerts([...answered(9, minute(0)), ...unanswered(1, minute(0))], strict)).toHaveLength(1)
  })
})
