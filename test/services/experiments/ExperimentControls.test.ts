import { expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as PubSub from "effect/PubSub"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import type { ExperimentControl } from "../../../src/Route.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { ExperimentControls } from "../../../src/services/experiments/ExperimentControls.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { StoreError } from "../../../src/services/store/StoreError.ts"
import { theRegisters } from "../cache/aCache.ts"
import { shiftedClock } from "../cache/shiftedClock.ts"

const place = { workflow: "triage", step: "sort" }

/** A process with a store of its own or another's, on its own or in the fleet that knows `held`. */
const aNode = Effect.fnUntraced(function* (
  held: Map<string, string> | null,
  { aheadMs = 0, store }: { readonly aheadMs?: number; readonly store?: Store["Service"] } = {},
) {
  const fleet = theRegisters(undefined, held ?? new Map())
  const time = shiftedClock()
  time.advance(aheadMs)
  const shared = { tier: () => null, leases: () => null, ready: Effect.void }
  const own = store === undefined ? Layer.fresh(Store.layerMemory) : Layer.succeed(Store, store)
  const layer = Layer.fresh(ExperimentControls.layer).pipe(
    Layer.provide(Layer.succeed(Fleet, { ...shared, registers: () => (held === null ? null : fleet.registers) })),
    Layer.provide(own),
  )
  const controls = Context.get(yield* Layer.build(layer), ExperimentControls)
  return {
    fleet,
    controls,
    advance: time.advance,
    decide: (control: ExperimentControl) =>
      Effect.provideService(controls.decide(place, control), Clock.Clock, time.clock),
    holds: controls.at(place),
  }
})

const control = fc.constantFrom("running" as const, "paused" as const, "pinned_traditional" as const)

it.live("the last decision that reaches the fleet holds on all nodes, whatever their clocks say", () =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1e7, max: 1e7 }), { minLength: 2, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(), control, fc.boolean()), { minLength: 1, maxLength: 8 }),
        (skews, decisions) =>
          Effect.runPromise(
            Effect.scoped(
              Effect.gen(function* () {
                const held = new Map<string, string>()
                const nodes = yield* Effect.forEach(skews, (aheadMs) => aNode(held, { aheadMs }))
                let last: ExperimentControl = "running"
                for (const [index, decided, isHeard] of decisions) {
                  const node = nodes[index % nodes.length]
                  if (node === undefined) continue
                  yield* node.decide(decided)
                  expect(yield* node.holds).toBe(decided)
                  last = decided
                  if (isHeard) yield* Effect.forEach(nodes, ({ fleet }) => fleet.hearAll)
                }
                yield* Effect.forEach(nodes, ({ fleet }) => fleet.hearAll)

                for (const node of nodes) expect(yield* node.holds).toBe(last)
              }),
            ).pipe(Effect.provide(Logger.layer([]))),
          ),
      ),
      { numRuns: 40 },
    ),
  ),
)

it.live("all nodes come to the same, whoever was away when what was decided", () =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.oneof(control, fc.constantFrom("away" as const, "back" as const))), {
          maxLength: 12,
        }),
        (steps) =>
          Effect.runPromise(
            Effect.scoped(
              Effect.gen(function* () {
                const held = new Map<string, string>()
                const nodes = yield* Effect.forEach([0, 5, -5], (aheadMs) => aNode(held, { aheadMs }))
                for (const [index, step] of steps) {
                  const node = nodes[index % nodes.length]
                  if (node === undefined) continue
                  if (step === "away") node.fleet.reach("no")
                  else if (step === "back") {
                    node.fleet.reach("yes")
                    yield* node.fleet.hearAll
                  } else {
                    yield* node.decide(step)
                    expect(yield* node.holds).toBe(step)
                  }
                }
                for (const { fleet } of nodes) fleet.reach("yes")
                yield* Effect.forEach([...nodes, ...nodes], ({ fleet }) => fleet.hearAll)

                const holding = yield* Effect.forEach(nodes, ({ holds }) => holds)
                expect(new Set(holding).size).toBe(1)
              }),
            ).pipe(Effect.provide(Logger.layer([]))),
          ),
      ),
      { numRuns: 40 },
    ),
  ),
)

it.effect("what is decided while the fleet is away holds here at once, and everywhere when it is back", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const [here, there] = [yield* aNode(held), yield* aNode(held)]
    here.fleet.reach("no")

    yield* here.decide("paused")
    const meanwhile = [yield* here.holds, yield* there.holds]
    here.fleet.reach("yes")
    yield* here.fleet.hearAll
    yield* there.fleet.hearAll

    expect(meanwhile).toEqual(["paused", "running"])
    expect(yield* there.holds).toBe("paused")
  }),
)

it.effect("what was decided away from the fleet gives way to what was decided later", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const [here, there] = [yield* aNode(held), yield* aNode(held)]
    here.fleet.reach("no")
    yield* here.decide("paused")
    there.advance(60_000)

    yield* there.decide("pinned_traditional")
    here.fleet.reach("yes")
    yield* here.fleet.hearAll

    expect(yield* here.holds).toBe("pinned_traditional")
  }),
)

it.effect("who tells later what was decided away from the fleet learns by that what was decided since", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const [here, there] = [yield* aNode(held), yield* aNode(held)]
    here.fleet.reach("no")
    yield* here.decide("paused")
    there.advance(60_000)
    yield* there.decide("pinned_traditional")

    here.fleet.reach("yes")
    yield* TestClock.adjust("1 second")

    expect(yield* here.holds).toBe("pinned_traditional")
  }),
)

it.effect("a process that starts on a store tells what another one decided there, and could not tell", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const store = yield* Store
    const ended = yield* aNode(held, { store })
    ended.fleet.reach("no")
    yield* ended.decide("pinned_optimized")

    const started = yield* aNode(held, { store })
    yield* started.fleet.hearAll
    const there = yield* aNode(held)
    yield* there.fleet.hearAll

    expect(yield* there.holds).toBe("pinned_optimized")
  }).pipe(Effect.provide(Store.layerMemory)),
)

it.effect("every process on a store says what changed, whichever of them heard it first", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const store = yield* Store
    const [first, second] = [yield* aNode(held, { store }), yield* aNode(held, { store })]
    const there = yield* aNode(held)
    const heard = yield* Effect.forEach([first, second, there], ({ controls }) => controls.changes)

    yield* there.decide("paused")
    yield* Effect.forEach([first, second, first], ({ fleet }) => fleet.hearAll)
    yield* first.decide("running")
    yield* second.fleet.hearAll

    const said = yield* Effect.forEach(heard, (changes) => PubSub.takeAll(changes))
    expect(said).toEqual([[place, place], [place, place], [place]])
  }).pipe(Effect.provide(Store.layerMemory)),
)

it.effect("what the fleet holds and nobody understands is said, left out, and written anew by who knows better", () => {
  const logged: Array<string> = []
  const log = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  return Effect.gen(function* () {
    const held = new Map<string, string>()
    const [here, there] = [yield* aNode(held), yield* aNode(held)]
    yield* here.decide("paused")
    const [key = "", text = ""] = [...held].flat()
    const garbage = ["", "{", "null", text.replace("paused", "halted"), text.replace("sort", "other")]

    for (const written of garbage) {
      held.set(key, written)
      yield* there.fleet.hearAll
      expect(yield* there.holds).toBe("running")
      yield* here.fleet.hearAll
      expect(held.get(key)).toBe(text)
    }
    // Once on each node.
    expect(logged).toHaveLength(2)
    expect(logged[0]).toMatch(/^What the fleet holds of decisions about experiments under .* is left out/)
    yield* there.fleet.hearAll

    expect(yield* there.holds).toBe("paused")
  }).pipe(Effect.provide(log))
})

it.effect("what a store holds and nobody understands is said, left out, and written over", () => {
  const logged: Array<string> = []
  const log = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  return Effect.gen(function* () {
    const store = yield* Store
    const node = yield* aNode(null, { store })
    yield* node.decide("paused")
    const [entry] = yield* store.collection("fleet_controls").list()
    yield* store.collection("fleet_controls").put(entry?.key ?? "", "paused")

    const damaged = [yield* node.holds, yield* (yield* aNode(null, { store })).holds]
    yield* node.decide("pinned_optimized")

    expect(damaged).toEqual(["paused", "running"])
    expect(logged).toHaveLength(2)
    expect(logged[0]).toMatch(/^What is kept of decisions about experiments under .* is left out/)
    expect(yield* (yield* aNode(null, { store })).holds).toBe("pinned_optimized")
  }).pipe(Effect.provide(Layer.merge(Store.layerMemory, log)))
})

it.effect("a decision that cannot be kept is refused, and nobody is told of it", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const full = new StoreError({ reason: "full", message: "The disk is full." })
    const store = { ...(yield* Store), write: () => Effect.fail(full) }
    const node = yield* aNode(held, { store })

    const refused = yield* Effect.flip(node.decide("paused"))

    expect(refused).toBe(full)
    expect([yield* node.holds, held.size]).toEqual(["running", 0])
  }).pipe(Effect.provide(Store.layerMemory)),
)

it.effect("what others decided holds though it cannot be kept", () =>
  Effect.gen(function* () {
    const held = new Map<string, string>()
    const full = new StoreError({ reason: "full", message: "The disk is full." })
    const store = { ...(yield* Store), write: () => Effect.fail(full) }
    const [here, there] = [yield* aNode(held, { store }), yield* aNode(held)]

    yield* there.decide("paused")
    yield* here.fleet.hearAll

    expect(yield* here.holds).toBe("paused")
  }).pipe(Effect.provide(Store.layerMemory)),
)

it.effect("a process on its own decides for all that share its store", () =>
  Effect.gen(function* () {
    const store = yield* Store
    const [one, other] = [yield* aNode(null, { store }), yield* aNode(null, { store })]

    yield* one.decide("paused")
    const paused = yield* other.holds
    yield* other.decide("running")

    expect([paused, yield* one.holds]).toEqual(["paused", "running"])
  }).pipe(Effect.provide(Store.layerMemory)),
)
