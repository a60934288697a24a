import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Experiment } from "../../../src/Experiment.ts"
import { ExperimentStore } from "../../../src/services/experiments/ExperimentStore.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { StoreError } from "../../../src/services/store/StoreError.ts"
import { newExperiment } from "../../../src/streams/experiment/newExperiment.ts"
import { subject } from "../../streams/experiment/observations.ts"

const full = new StoreError({ reason: "full", message: "The disk is full." })

/** A store that can be read at all times, and written while the disk has room; and two processes that share it. */
const twoProcesses = Effect.gen(function* () {
  const disk = { isFull: false }
  const store = yield* Store
  const writable = Store.of({
    ...store,
    write: (work) => (disk.isFull ? Effect.fail(full) : store.write(work)),
  })
  const process = ExperimentStore.pipe(
    Effect.provide(Layer.fresh(ExperimentStore.layer)),
    Effect.provideService(Store, writable),
  )
  return { disk, mine: yield* process, other: yield* process }
}).pipe(Effect.provide(Store.layerMemory))

const fresh = newExperiment(subject, "2026-03-04T05:06:00.000Z")

let minute = 10

/** Counts one pair more. */
const pair = (before: Experiment): Experiment => ({
  ...before,
  pairs: before.pairs + 1,
  updatedAt: `2026-03-04T05:${(minute += 1)}:00.000Z`,
})

const count = (store: ExperimentStore["Service"], unit: string | null = null) =>
  store.update(fresh, (before, isFresh) => (isFresh ? pair(before) : before), { unit })

const pairsKnown = (store: ExperimentStore["Service"]) => Effect.map(store.get(fresh.key), (known) => known?.pairs)

it.effect("goes on with what it gathered while the disk is full, though the store still holds the old evidence", () =>
  Effect.gen(function* () {
    const { disk, mine } = yield* twoProcesses
    yield* count(mine)
    yield* count(mine)

    disk.isFull = true
    yield* count(mine)
    const once = yield* pairsKnown(mine)
    yield* count(mine)

    expect(once).toBe(3)
    expect(yield* pairsKnown(mine)).toBe(4)
  }),
)

it.effect("writes what it gathered meanwhile once there is room again", () =>
  Effect.gen(function* () {
    const { disk, mine, other } = yield* twoProcesses
    yield* count(mine)
    disk.isFull = true
    yield* count(mine, "Ada")
    yield* count(mine)

    disk.isFull = false
    yield* count(mine)
    yield* count(mine, "Ada")

    expect(yield* pairsKnown(other)).toBe(4)
  }),
)

it.effect("leaves what other processes have written since as it is", () =>
  Effect.gen(function* () {
    const { disk, mine, other } = yield* twoProcesses
    yield* count(mine)
    disk.isFull = true
    yield* count(mine)

    disk.isFull = false
    yield* count(other)
    yield* count(other)
    const seen = yield* pairsKnown(mine)
    yield* count(mine)

    expect(seen).toBe(3)
    expect(yield* pairsKnown(other)).toBe(4)
  }),
)
