import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Program } from "../../../src/Program.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { programStoreLayer } from "../../../src/services/programs/sqliteProgramStore.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { aProgram, questionAnswer } from "./aProgram.ts"

const other = { ...questionAnswer, instructions: "Answer at length." }

const temporaryFolder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-programs-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** One process: opens the store, does this, closes it. */
const inStore = <A, E>(directory: string, effect: Effect.Effect<A, E, ProgramStore | Store>): Promise<A> =>
  Effect.runPromise(
    effect.pipe(
      Effect.provide(programStoreLayer.pipe(Layer.provideMerge(Store.layer(directory)))),
      Effect.provide(NodeServices.layer),
    ),
  )

const inMemory = <A, E>(effect: Effect.Effect<A, E, ProgramStore | Store>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, programStoreLayer.pipe(Layer.provideMerge(Store.layerMemory))))

const placeOf = ({ workflow, step, signatureHash }: Program) => ({
  workflow: workflow ?? "",
  step: step ?? "",
  signatureHash,
})

describe("adoption", () => {
  test("a rejected program is kept with its reason and not served", async () => {
    const program = aProgram()

    const { served, kept } = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(program, { adopted: false, reason: "costs 3 times as much" })
        return { served: yield* programs.adopted(placeOf(program)), kept: yield* programs.get(program.id) }
      }),
    )

    expect(served).toBeNull()
    expect(kept).toEqual({ program, status: { adopted: false, reason: "costs 3 times as much" } })
  })

  test("says which program was taken out of use and left no other, until one is adopted again", async () => {
    const program = aProgram()
    const place = placeOf(program)

    const said = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        const withdrawn = Effect.map(programs.withdrawn(place), (found) => found?.status.reason ?? null)
        const adopt = programs.save(program, { adopted: true, reason: "better" })
        const said = [yield* withdrawn]
        yield* adopt
        yield* programs.rollback(place)
        said.push(yield* withdrawn)
        yield* programs.promote(program.id)
        said.push(yield* withdrawn)
        yield* programs.withdraw(program.id, "it failed")
        said.push(yield* withdrawn)
        yield* adopt
        yield* programs.invalidate(program.signatureHash)
        return [...said, yield* withdrawn]
      }),
    )

    expect(said).toEqual([null, "rolled back", null, "it failed", null])
  })

  test("an older program that takes its place leaves nothing to be missed", async () => {
    const [first, second] = [aProgram({ model: "a/first" }), aProgram({ model: "a/second" })]

    const withdrawn = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(first, { adopted: true, reason: "better" })
        yield* programs.save(second, { adopted: true, reason: "better still" })
        yield* programs.withdraw(second.id, "it failed")
        return yield* programs.withdrawn(placeOf(first))
      }),
    )

    expect(withdrawn).toBeNull()
  })

  test("a rollback goes back one adoption at a time, and then to none", async () => {
    const first = aProgram({ model: "a/first" })
    const second = aProgram({ model: "a/second" })

    const served = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(first, { adopted: true, reason: "better" })
        yield* programs.save(second, { adopted: true, reason: "better still" })
        const models = [(yield* programs.adopted(placeOf(first)))?.model]
        for (let times = 0; times < 3; times++) {
          const rolledBack = yield* programs.rollback({ workflow: "quiz", step: "answer" })
          models.push(rolledBack?.program.model)
        }
        return models
      }),
    )

    expect(served).toEqual(["a/second", "a/first", undefined, undefined])
  })

  test("a program that lost its place says to which one", async () => {
    const first = aProgram({ model: "a/first" })
    const second = aProgram({ model: "a/second" })

    const { status } = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(first, { adopted: true, reason: "better" })
        yield* programs.save(second, { adopted: true, reason: "better still" })
        return yield* programs.get(first.id)
      }),
    )

    expect(status).toEqual({ adopted: false, reason: `replaced by ${second.id}` })
  })

  test("compiling the same program again without adopting it leaves it adopted", async () => {
    const program = aProgram()

    const { status } = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(program, { adopted: true, reason: "better" })
        yield* programs.save(program, { adopted: false, reason: "no better than what is adopted" })
        return yield* programs.get(program.id)
      }),
    )

    expect(status).toEqual({ adopted: true, reason: "better" })
  })

  test("a step whose signature changed is refused its program, with the difference", async () => {
    const program = aProgram()
    const place = placeOf(aProgram({ signature: other }))

    const { error, unasked } = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(program, { adopted: true, reason: "better" })
        const error = yield* Effect.flip(programs.adopted({ ...place, signature: other }))
        return { error, unasked: yield* programs.adopted(place) }
      }),
    )

    expect(error).toMatchObject({ reason: "wrong_signature" })
    expect(error.message).toContain(program.id)
    expect(error.message).toContain("Answer at length.")
    expect(unasked).toBeNull()
  })

  test("a program for no step in particular serves the steps of its signature that have none", async () => {
    const anywhere = aProgram({ workflow: null, step: null })
    const own = aProgram()

    const served = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(anywhere, { adopted: true, reason: "promoted by hand" })
        const before = yield* programs.adopted(placeOf(own))
        yield* programs.save(own, { adopted: true, reason: "better" })
        return [before?.id, (yield* programs.adopted(placeOf(own)))?.id]
      }),
    )

    expect(served).toEqual([anywhere.id, own.id])
  })
})

test("rows are kept under the hash of their content", async () => {
  const rows = [{ inputs: { question: "1 + 1?" }, outputs: { answer: "2" } }]

  const { hashes, read } = await inMemory(
    Effect.gen(function* () {
      const programs = yield* ProgramStore
      const hashes = [yield* programs.saveRows(rows), yield* programs.saveRows(structuredClone(rows))]
      return { hashes, read: yield* programs.rows(hashes[0] ?? "") }
    }),
  )

  expect(new Set(hashes).size).toBe(1)
  expect(read).toEqual(rows)
})

test("looking for programs where nothing was ever stored makes no directory", async () => {
  const directory = join(temporaryFolder(), "state")

  const found = await inStore(
    directory,
    ProgramStore.use((programs) => Effect.all([programs.list, programs.adopted(placeOf(aProgram()))])),
  )

  expect(found).toEqual([[], null])
  expect(() => rmSync(directory, { recursive: true })).toThrow(/ENOENT/)
})

describe("damage", () => {
  test("a damaged program is an error of its own, and the others are still listed", async () => {
    const [whole, broken] = [aProgram({ model: "a/whole" }), aProgram({ model: "a/broken" })]

    const { error, listed } = await inMemory(
      Effect.gen(function* () {
        const programs = yield* ProgramStore
        yield* programs.save(whole, { adopted: true, reason: "" })
        yield* programs.save(broken, { adopted: false, reason: "" })
        yield* (yield* Store).collection("programs").put(broken.id, `{"v":1,"candidate":{}}`)
        return { error: yield* Effect.flip(programs.get(broken.id)), listed: yield* programs.list }
      }),
    )

    expect(error).toMatchObject({ reason: "damaged" })
    expect(error.message).toContain(broken.id)
    expect(listed.map(({ program }) => program.id)).toEqual([whole.id])
  })

  test("an id that nobody knows is not found", async () => {
    const error = await inMemory(Effect.flip(ProgramStore.use((programs) => programs.promote("prog-0000000000000000"))))

    expect(error).toMatchObject({ reason: "not_found" })
    expect(error.message).toContain("program list")
  })
})

/** What the store is believed to hold: which program each step of a signature is served. */
interface Model {
  readonly saved: Set<string>
  readonly adoptions: Map<string, Array<Program>>
}

const pool = [questionAnswer, other].flatMap((signature) =>
  ["answer", "check"].flatMap((step) => ["a/1", "a/2"].map((model) => aProgram({ signature, step, model }))),
)

const step = fc.oneof(
  fc.record({ kind: fc.constantFrom("save", "reject", "promote"), program: fc.constantFrom(...pool) }),
  fc.record({ kind: fc.constantFrom("rollback", "invalidate"), program: fc.constantFrom(...pool) }),
  fc.record({ kind: fc.constant("restart"), program: fc.constantFrom(...pool) }),
)

const servedBy = (model: Model, program: Program): string | undefined =>
  model.adoptions.get(program.step ?? "")?.findLast((each) => each.signatureHash === program.signatureHash)?.id

const believe = (model: Model, kind: string, program: Program): void => {
  const stack = model.adoptions.get(program.step ?? "") ?? []
  model.adoptions.set(program.step ?? "", stack)
  if (kind === "save" || kind === "reject") model.saved.add(program.id)
  if (kind === "save" || (kind === "promote" && model.saved.has(program.id))) {
    if (servedBy(model, program) !== program.id) stack.push(program)
  }
  if (kind === "rollback") stack.pop()
  if (kind === "invalidate")
    for (const [name, programs] of model.adoptions)
      model.adoptions.set(
        name,
        programs.filter(({ signatureHash }) => signatureHash !== program.signatureHash),
      )
}

const perform = (kind: string, program: Program) =>
  ProgramStore.use((programs): Effect.Effect<unknown, unknown> => {
    switch (kind) {
      case "save":
        return programs.save(program, { adopted: true, reason: "better" })
      case "reject":
        return programs.save(program, { adopted: false, reason: "worse" })
      case "promote":
        return Effect.exit(programs.promote(program.id))
      case "rollback":
        return programs.rollback({ workflow: "quiz", step: program.step ?? "" })
      default:
        return programs.invalidate(program.signatureHash)
    }
  })

test("serves what a simple model of it serves, whatever is done and however often it is restarted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), "doubletrack-programs-"))
      const model: Model = { saved: new Set(), adoptions: new Map() }
      const sessions = steps.reduce<Array<Array<(typeof steps)[number]>>>(
        (all, each) => {
          if (each.kind === "restart") all.push([])
          else all.at(-1)?.push(each)
          return all
        },
        [[]],
      )
      for (const session of sessions) {
        const served = await inStore(
          directory,
          Effect.gen(function* () {
            for (const { kind, program } of session) yield* perform(kind, program)
            const programs = yield* ProgramStore
            const adopted = yield* Effect.forEach(pool, (program) =>
              Effect.map(programs.adopted(placeOf(program)), (found) => found?.id),
            )
            const listed = yield* programs.list
            return { adopted, listed: listed.map(({ program, status }) => [program.id, status.adopted] as const) }
          }),
        )
        for (const { kind, program } of session) believe(model, kind, program)

        expect(served.adopted).toEqual(pool.map((program) => servedBy(model, program)))
        expect(new Map(served.listed)).toEqual(
          new Map(
            pool
              .filter(({ id }) => model.saved.has(id))
              .map((program) => [program.id, servedBy(model, program) === program.id]),
          ),
        )
      }
      rmSync(directory, { recursive: true })
    }),
    { numRuns: 40 },
  )
})
