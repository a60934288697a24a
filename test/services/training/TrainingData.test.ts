import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { Store } from "../../../src/services/store/Store.ts"
import { TrainingData, type TrainingDataOptions } from "../../../src/services/training/TrainingData.ts"
import type { TrainingRow, TrainingSource } from "../../../src/services/training/TrainingRow.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import { signature } from "../optimization/colourTask.ts"

interface Given {
  readonly message?: string
  readonly side?: string
  readonly source?: TrainingSource
  readonly quality?: number
  readonly at?: number
}

const row = ({
  message = "red thing",
  side = "warm",
  source = "outcome",
  quality = 0.9,
  at = 0,
}: Given = {}): TrainingRow => ({
  inputs: { message },
  outputs: { side },
  provenance: {
    source,
    runId: "run-1",
    step: "sort",
    workflow: "colours",
    at: new Date(at * 1000).toISOString(),
    quality,
  },
})

const collectAll = (rows: ReadonlyArray<TrainingRow>) =>
  TrainingData.use((data) => Effect.forEach(rows, (each) => data.collect(signature, each)))
const kept = TrainingData.use((data) => data.rows(signature))
const count = TrainingData.use((data) => data.count(signature))

const inMemory = <A, E>(effect: Effect.Effect<A, E, TrainingData>, options: TrainingDataOptions = {}) =>
  Effect.runPromise(Effect.provide(effect, TrainingData.layer(options).pipe(Layer.provide(Store.layerMemory))))

const stateDirectory = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-training-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** One process that collects into a directory. */
const processIn = (directory: string, options: TrainingDataOptions = {}) => {
  const layer = TrainingData.layer(options).pipe(
    Layer.provide(Store.layer(directory)),
    Layer.provide(NodeServices.layer),
  )
  return <A, E>(effect: Effect.Effect<A, E, TrainingData>) => Effect.runPromise(Effect.provide(effect, layer))
}

describe("an answer that a person finds bad", () => {
  const bad = row({ source: "feedback", quality: 0.1, at: 9 })

  test("leaves, whatever a judge thought of it", async () => {
    const [said, rows, left] = await inMemory(
      Effect.all([collectAll([row(), row({ message: "blue thing", side: "cold" }), bad]), kept, count]),
    )

    expect(said).toEqual(["added", "added", "low_quality"])
    expect(rows.map(({ inputs }) => inputs["message"])).toEqual(["blue thing"])
    expect(left).toBe(1)
  })

  test("takes no other answer with it, and nothing that a person expects", async () => {
    const other = row({ side: "cold" })
    const expected = row({ source: "expected", quality: 1 })

    expect(await inMemory(Effect.andThen(collectAll([other, bad]), kept))).toEqual([other])
    expect(await inMemory(Effect.andThen(collectAll([expected, bad]), kept))).toEqual([expected])
  })
})

describe("a row", () => {
  test("is kept under its signature, with where it comes from, over a restart", async () => {
    const directory = stateDirectory()

    await processIn(directory)(collectAll([row()]))
    const found = await processIn(directory)(
      TrainingData.use((data) =>
        Effect.all([data.rows(signature), data.count(signatureHash(signature)), data.rows("other")]),
      ),
    )

    expect(found).toEqual([[row()], 1, []])
  })

  test.each([
    [{ quality: 0.79 }, "low_quality"],
    [{ quality: 0.8 }, "added"],
    [{ quality: 0, source: "feedback" }, "low_quality"],
    [{ quality: 0, source: "expected" }, "added"],
    [{ quality: Number.NaN }, "low_quality"],
  ] as const)("of %j is %s", async (given, result) => {
    expect(await inMemory(collectAll([row(given)]))).toEqual([result])
  })

  test("has to be as good as the settings say", async () => {
    expect(await inMemory(collectAll([row({ quality: 0.9 })]), { leastQuality: 0.95 })).toEqual(["low_quality"])
  })
})

describe("of rows with the same inputs", () => {
  test.each([
    ["the newer answer", row({ at: 1, side: "cold" }), row({ at: 2 })],
    ["the newer answer, though it comes first", row({ at: 2 }), row({ at: 1, side: "cold" })],
    ["a person's, though it is older", row({ at: 9, side: "cold" }), row({ at: 1, source: "expected" })],
    ["a person's, though it comes first", row({ at: 1, source: "expected" }), row({ at: 9, side: "cold" })],
  ])("%s stays", async (_which, first, second) => {
    const rows = await inMemory(Effect.andThen(collectAll([first, second]), kept))

    expect(rows.map(({ outputs }) => outputs)).toEqual([{ side: "warm" }])
  })

  test("one is left, whatever comes in whatever order", async () => {
    const given = fc.record({
      message: fc.constantFrom("red", "blue", "caf\u00e9", "cafe\u0301"),
      side: fc.constantFrom("warm", "cold"),
      source: fc.constantFrom<TrainingSource>("outcome", "feedback", "expected"),
      at: fc.nat(20),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 25 }), async (all) => {
        const rows = all.map(row)

        const [found, counted] = await inMemory(Effect.andThen(collectAll(rows), Effect.all([kept, count])))

        const texts = rows.map(({ inputs }) => String(inputs["message"]).normalize("NFC"))
        expect(found.map(({ inputs }) => String(inputs["message"]).normalize("NFC")).toSorted()).toEqual(
          [...new Set(texts)].toSorted(),
        )
        expect(counted).toBe(found.length)
        for (const { inputs, provenance } of found) {
          const rivals = rows.filter(
            (each) => String(each.inputs["message"]).normalize("NFC") === String(inputs["message"]).normalize("NFC"),
          )
          const persons = rivals.filter((each) => each.provenance.source === "expected")
          const best = persons.length > 0 ? persons : rivals
          expect(provenance.at).toBe(
            best
              .map((each) => each.provenance.at)
              .toSorted()
              .at(-1),
          )
          expect(provenance.source === "expected").toBe(persons.length > 0)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe("when there is no more room", () => {
  const messages = (rows: ReadonlyArray<TrainingRow>) => rows.map(({ inputs }) => inputs["message"]).toSorted()

  test("the oldest answers of models leave, then what persons said first", async () => {
    const rows = [
      row({ message: "person, old", source: "expected", at: 0 }),
      row({ message: "model, old", at: 1 }),
      row({ message: "model, new", at: 3 }),
      row({ message: "model, newest", at: 4 }),
      row({ message: "person, new", source: "expected", at: 5 }),
      row({ message: "person, newest", source: "expected", at: 6 }),
      row({ message: "person, last", source: "expected", at: 7 }),
    ]

    const [, found, counted] = await inMemory(Effect.all([collectAll(rows), kept, count]), { mostRows: 3 })

    expect(messages(found)).toEqual(["person, last", "person, new", "person, newest"])
    expect(counted).toBe(3)
  })

  test("an answer that everything else counts more than is not kept, and that is said", async () => {
    const persons = [1, 2].map((at) => row({ message: `person ${at}`, source: "expected", at }))

    const [results, found] = await inMemory(
      Effect.all([collectAll([...persons, row({ message: "model", at: 9 })]), kept]),
      { mostRows: 2 },
    )

    expect(results).toEqual(["added", "added", "full"])
    expect(messages(found)).toEqual(["person 1", "person 2"])
  })

  test("there are never more than the limit, and the count is right", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(30), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (ids, mostRows) => {
          const rows = ids.map((id, at) =>
            row({ message: `thing ${id}`, at, source: id % 3 === 0 ? "expected" : "outcome" }),
          )

          const [found, counted] = await inMemory(Effect.andThen(collectAll(rows), Effect.all([kept, count])), {
            mostRows,
          })

          expect(found.length).toBe(Math.min(mostRows, new Set(ids).size))
          expect(counted).toBe(found.length)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe("redact", () => {
  test("runs before anything is stored: what it removes is nowhere in the store", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z]{12}$/), fc.boolean(), async (secret, isAsync) => {
        const directory = stateDirectory()
        const clean = (each: TrainingRow): TrainingRow => ({
          ...each,
          inputs: { message: String(each.inputs["message"]).replaceAll(secret, "…") },
          provenance: { ...each.provenance, runId: "" },
        })
        const redact = (each: TrainingRow) => (isAsync ? Promise.resolve(clean(each)) : clean(each))
        const collecting = processIn(directory, { redact })

        await collecting(collectAll([row({ message: `red for ${secret}` })]))

        expect(await collecting(kept)).toMatchObject([{ inputs: { message: "red for …" } }])
        for (const file of ["doubletrack.db", "doubletrack.db-wal"]) {
          expect(bytesOf(join(directory, file)).includes(secret)).toBe(false)
        }
      }),
      { numRuns: 10 },
    )
  })

  test("makes one of rows that it makes equal", async () => {
    const redact = (each: TrainingRow) => ({ ...each, inputs: { message: "…" } })

    const results = await inMemory(collectAll([row({ message: "a" }), row({ message: "b" })]), { redact })

    expect(results).toEqual(["added", "replaced"])
  })

  test.each([
    ["gives null", () => null],
    ["gives null later", () => Promise.resolve(null)],
    [
      "throws",
      () => {
        throw new Error("red thing")
      },
    ],
    ["rejects", () => Promise.reject(new Error("red thing"))],
    ["gives nothing", () => JSON.parse("{}")],
  ])("that %s drops the row", async (_how, redact) => {
    expect(await inMemory(Effect.all([collectAll([row()]), kept, count]), { redact })).toEqual([["dropped"], [], 0])
  })

  test("changes nothing for the run that the row comes from", async () => {
    const given = row()
    const redact = (each: TrainingRow) => {
      Object.assign(each.inputs, { message: "…" })
      return each
    }

    await inMemory(collectAll([given]), { redact })

    expect(given).toEqual(row())
  })
})

test("a damaged row is left out, the others are read, and it is written anew by the next with its inputs", async () => {
  const directory = stateDirectory()
  await processIn(directory)(collectAll([row({ message: "a" }), row({ message: "b" })]))
  const database = new DatabaseSync(join(directory, "doubletrack.db"))
  database.exec(`update entries set value = '{}' where value like '%"message":"a"%'`)
  database.close()

  const [damaged, result, mended] = await processIn(directory)(
    Effect.all([kept, collectAll([row({ message: "a" })]), kept]),
  )

  expect(damaged).toEqual([row({ message: "b" })])
  expect(result).toEqual(["replaced"])
  expect(mended).toHaveLength(2)
})

test("two processes collect into one store", async () => {
  const directory = stateDirectory()
  const rows = Array.from({ length: 40 }, (_, at) => row({ message: `thing ${at % 30}`, at }))

  await Promise.all([
    processIn(directory)(collectAll(rows.slice(0, 25))),
    processIn(directory)(collectAll(rows.slice(15))),
  ])

  expect(await processIn(directory)(count)).toBe(30)
})

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}
