import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import type { ModelLimits } from "../../../src/ModelLimits.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { openLimits } from "../../../src/services/limits/openLimits.ts"
import { aFleetInMemory } from "./aFleetInMemory.ts"
import { model } from "./someCalls.ts"

const key = "limits/local=2fllama"

const given = () => {
  const shared = aFleetInMemory()
  /** A node that asks the model now and then; gives what it says on its log. */
  const node = Effect.fnUntraced(function* (limits: ModelLimits) {
    const said: Array<string> = []
    const logger = Logger.layer([Logger.make(({ message }) => void said.push(String(message)))])
    const { asked } = yield* Effect.provideService(openLimits(limits), Fleet, shared.fleet)
    return { said, ask: Effect.provide(asked(model), logger) }
  })
  return { registers: shared.fleet.registers("CALL_RATES")!, shared, node }
}

/** Asks on all nodes, one after the other, for some minutes. */
const askFor = Effect.fnUntraced(function* (
  minutes: number,
  ...nodes: ReadonlyArray<{ readonly ask: Effect.Effect<void> }>
) {
  for (let second = 0; second < 60 * minutes; second += 10) {
    for (const { ask } of nodes) yield* Effect.andThen(ask, TestClock.adjust("1 second"))
    yield* TestClock.adjust("8 seconds")
  }
})

describe("a node whose fleet goes by other limits", () => {
  it.effect("says so once, with both and what to do, as the other one does", () =>
    Effect.gen(function* () {
      const { node } = given()
      const few = yield* node({ "local/*": { concurrent: 2 } })
      const many = yield* node({ [model]: { concurrent: 4, perMinute: 600 } })

      yield* askFor(5, few, many)

      expect(few.said).toEqual([
        "local/llama: another node of the fleet goes by other limits, concurrent 4, perMinute 600; this one goes by concurrent 2. " +
          "Each holds to its own. Give all nodes the same `limits`; `doctor` compares them.",
      ])
      expect(many.said).toEqual([
        expect.stringContaining("concurrent 2; this one goes by concurrent 4, perMinute 600."),
      ])
    }),
  )

  it.effect("says so of one that does not limit the model, too", () =>
    Effect.gen(function* () {
      const { node } = given()
      const limited = yield* node({ "local/*": { concurrent: 2 } })
      const free = yield* node({ "openai/*": { concurrent: 2 } })

      yield* askFor(2, limited, free)

      expect(limited.said).toEqual([expect.stringContaining("goes by other limits, no limit; this one")])
      expect(free.said).toEqual([expect.stringContaining("concurrent 2; this one goes by no limit.")])
    }),
  )

  it.effect("says nothing where all go by the same, however it is written", () =>
    Effect.gen(function* () {
      const { node } = given()
      const nodes = yield* Effect.all([
        node({ "local/*": { concurrent: 2, perMinute: 5 } }),
        node({ [model]: { perMinute: 5, concurrent: 2 } }),
      ])

      yield* askFor(3, ...nodes)

      expect(nodes.map(({ said }) => said)).toEqual([[], []])
    }),
  )

  it.effect("does not take what it went by itself before it started again for another's", () =>
    Effect.gen(function* () {
      const { node } = given()
      yield* askFor(1, yield* node({ "local/*": { concurrent: 2 } }))

      const again = yield* node({ "local/*": { concurrent: 3 } })
      yield* askFor(10, again)

      expect(again.said).toEqual([])
    }),
  )

  it.effect("makes do with entries that it cannot read, and with a fleet that is away", () =>
    Effect.gen(function* () {
      const { registers, shared, node } = given()
      yield* registers.update(key, () => "1767225600000.5")
      const [few, many] = yield* Effect.all([
        node({ "local/*": { concurrent: 2 } }),
        node({ "local/*": { concurrent: 3 } }),
      ])
      shared.setAway(true)
      yield* askFor(1, few, many)
      shared.setAway(false)
      yield* askFor(2, few, many)

      expect([few.said.length, many.said.length]).toEqual([1, 1])
    }),
  )
})

it.effect("a node states its limits twice a minute at most, however often it asks", () =>
  Effect.gen(function* () {
    const { shared, node } = given()
    const busy = yield* node({ "local/*": { concurrent: 2 } })

    for (let calls = 0; calls < 600; calls += 1) yield* Effect.andThen(busy.ask, TestClock.adjust("100 millis"))

    expect(shared.requests()).toBeLessThanOrEqual(2 * 2)
  }),
)
