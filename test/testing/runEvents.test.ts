import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isTerminal, RunEvent, RunFact } from "../../src/RunEvent.ts"
import { addEvent, noProgress } from "../../src/streams/progress.ts"
import { anyRunEvents, anyTraffic } from "../../src/testing/index.ts"
import { addUsage, noUsage } from "../../src/Usage.ts"

const usageOf = (events: ReadonlyArray<RunEvent>) =>
  events.reduce((sum, event) => ("usage" in event ? addUsage(sum, event.usage) : sum), noUsage)

const latencyOf = (events: ReadonlyArray<RunEvent>) =>
  events.reduce((sum, event) => ("latencyMs" in event ? sum + event.latencyMs : sum), 0)

/** The calls that count: those of a step that was interrupted do not, since it is carried out again. */
const countedCalls = (events: ReadonlyArray<RunEvent>) => {
  let ofEnded: ReadonlyArray<RunEvent> = []
  let underWay: ReadonlyArray<RunEvent> = []
  for (const event of events) {
    if (event._tag === "ModelCalled") underWay = [...underWay, event]
    if (event._tag === "RunResumed") underWay = []
    if (!isEndOfStep(event)) continue
    ofEnded = [...ofEnded, ...underWay]
    underWay = []
  }
  return [...ofEnded, ...underWay]
}

const isEndOfStep = ({ _tag }: RunFact) => _tag === "StepCompleted" || _tag === "StepFailed"

const increases = (values: ReadonlyArray<string>) => expect(values).toEqual([...new Set(values)].toSorted())

describe("the histories of runs to test with", () => {
  it("are events in one gapless order, from the start of the run to its only end", () => {
    const isEvent = Schema.is(RunEvent)

    fc.assert(
      fc.property(anyRunEvents, (events) => {
        expect(events.every((event) => isEvent(event))).toBe(true)
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
        expect(events[0]?._tag).toBe("RunStarted")
        expect(events.map(isTerminal).lastIndexOf(false)).toBe(events.length - 2)
        expect(events.filter(isTerminal)).toHaveLength(1)
        increases(events.map(({ id }) => id))
        expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted())
      }),
    )
  })

  it("have costs that add up: calls to steps, and steps to the run, what a cancelled step had used up included", () => {
    fc.assert(
      fc.property(anyRunEvents, (events) => {
        const ends = events.filter(isEndOfStep)
        const end = events.at(-1)!
        const calls = countedCalls(events)

        for (const event of ends) {
          expect(usageOf([event])).toEqual(
            usageOf(calls.filter((call) => "step" in call && "step" in event && call.step === event.step)),
          )
        }
        expect(usageOf([end]).tokens).toEqual(usageOf(calls).tokens)
        if (end._tag !== "RunCancelled") {
          expect(latencyOf([end])).toBe(latencyOf(ends))
          expect(usageOf([end])).toEqual(usageOf(ends))
        }
      }),
    )
  })

  it("tell everything that can be told of a run", () => {
    const events = fc.sample(anyRunEvents, { numRuns: 300, seed: 1 }).flat()

    expect(new Set(events.map(({ _tag }) => _tag))).toEqual(
      new Set(RunFact.members.map(({ fields }) => fields._tag.schema.literal)),
    )
  })

  it("come to the same whether runs are watched one by one or all at once", () => {
    fc.assert(
      fc.property(anyTraffic, (events) => {
        const runs = Map.groupBy(events, ({ runId }) => runId)

        increases(events.map(({ id }) => id))
        for (const run of runs.values()) {
          expect(run.map(({ seq }) => seq)).toEqual(run.map((_, index) => index))
          expect(run.reduce(addEvent, noProgress).status).not.toBe("running")
        }
      }),
    )
  })
})
