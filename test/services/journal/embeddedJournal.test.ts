import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect } from "vitest"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import type { RunEvent } from "../../../src/RunEvent.ts"
import { Journal } from "../../../src/services/journal/Journal.ts"
import { journalFormat, type JournalUpgrade } from "../../../src/services/journal/journalFormat.ts"
import { journalLayer } from "../../../src/services/journal/journalLayer.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { pipelineInput } from "../../machines/pipelineScript.ts"

const input = pipelineInput(["one", "two"])
const owner = { onLost: () => {}, onCancelAsked: () => {} }

const event = (seq: number): RunEvent => ({
  ...{ v: 1, id: `e${seq}`, scope: "run", runId: input.runId, seq, at: "2026-01-01T00:00:00.000Z", node: "n" },
  ...{ workflow: input.workflow.name, _tag: "StepStarted", step: "one", path: "one", type: "claude" },
})

/** A release with these upgrades, which takes part in the store for as long as this lasts. */
const release = <A, E>(upgrades: ReadonlyArray<JournalUpgrade>, effect: Effect.Effect<A, E, Journal | Store>) =>
  Effect.provide(effect, Layer.fresh(journalLayer(decodeSettings({}).journal, journalFormat(upgrades))))

/** Begins the run, and leaves it after this many events. */
const begin = (events: number) =>
  Journal.use((journal) =>
    Effect.gen(function* () {
      journal.begin({ file: null }, { input, models: {}, workingDirectory: "." }, owner)
      for (let seq = 0; seq < events; seq++) journal.append(event(seq), () => {})
      yield* Effect.promise(() => journal.settled(""))
    }),
  )

const read = Journal.use((journal) => journal.read(input.runId))

/** Takes the run over, and records one more event. */
const goOn = Journal.use((journal) =>
  Effect.gen(function* () {
    const run = yield* journal.read(input.runId)
    yield* journal.claim(run, owner)
    journal.append(event(run.events.length), () => {})
    yield* Effect.promise(() => journal.settled(""))
  }),
)

describe("a journal", () => {
  it.effect("of an older release goes on in a newer one, which the older one then cannot read", () =>
    Effect.gen(function* () {
      const upgrades = [{ event: (before: object) => ({ ...before, type: "of version 2" }) }]
      yield* release([], begin(2))

      yield* release(upgrades, goOn)
      const { record, events } = yield* release(upgrades, read)
      const refusal = yield* release([], Effect.flip(read))

      expect(record.v).toBe(2)
      expect(events).toMatchObject([{ type: "of version 2" }, { type: "of version 2" }, { type: "claude" }])
      expect(refusal).toMatchObject({ reason: "newer" })
    }).pipe(Effect.provide(Store.layerMemory)),
  )

  it.effect("gives a run to one at a time", () =>
    Effect.gen(function* () {
      yield* release([], begin(1))

      const refusal = yield* release(
        [],
        Effect.gen(function* () {
          const run = yield* read
          yield* goOn
          return yield* Effect.flip(Journal.use((journal) => journal.claim(run, owner)))
        }),
      )

      expect(refusal).toMatchObject({ reason: "held" })
    }).pipe(Effect.provide(Store.layerMemory)),
  )

  it.effect("takes nothing more of a run from whom it was taken", () =>
    Effect.gen(function* () {
      const lost: Array<string> = []
      const journal = yield* Journal
      journal.begin(
        { file: null },
        { input, models: {}, workingDirectory: "." },
        { ...owner, onLost: () => lost.push("x") },
      )
      journal.append(event(0), () => {})
      yield* Effect.promise(() => journal.settled(""))
      yield* Store.use((store) => store.write((entries) => entries.put("run_holders", input.runId, "somebody else")))

      journal.append(event(1), () => {})
      yield* Effect.promise(() => journal.settled(""))
      journal.append(event(2), () => {})
      yield* Effect.promise(() => journal.settled(""))

      expect(lost).toEqual(["x"])
      expect((yield* journal.read(input.runId)).events).toHaveLength(1)
    }).pipe(Effect.provide(journalLayer(decodeSettings({}).journal)), Effect.provide(Store.layerMemory)),
  )
})
