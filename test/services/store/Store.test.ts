import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { onTestFinished, test } from "vitest"
import { Store } from "../../../src/services/store/Store.ts"
import { storeErrorOf } from "../../../src/services/store/StoreError.ts"

const temporaryFolder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-store-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** One process: opens the store, does this, closes it. */
const using = <A, E>(layer: Layer.Layer<Store, never, NodeServices.NodeServices>, effect: Effect.Effect<A, E, Store>) =>
  Effect.runPromise(effect.pipe(Effect.provide(layer), Effect.provide(NodeServices.layer)))

const put = (key: string, value: string) => Store.use((store) => store.collection("notes").put(key, value))
const get = (key: string) => Store.use((store) => store.collection("notes").get(key))
const list = (prefix?: string) => Store.use((store) => store.collection("notes").list(prefix))

/** Changes the file as another program would. */
const tamper = (directory: string, statement: string) => {
  const database = new DatabaseSync(join(directory, "doubletrack.db"))
  database.exec(statement)
  database.close()
}

describe("a collection", () => {
  test("keeps what was put until it is deleted, over a restart", async () => {
    const directory = join(temporaryFolder(), "made", "when", "needed")

    await using(Store.layer(directory), Effect.all([put("a", "1"), put("b", "2"), put("a", "3")]))
    await using(
      Store.layer(directory),
      Store.use((store) => store.collection("notes").delete("b")),
    )
    const found = await using(Store.layer(directory), Effect.all([get("a"), get("b")]))

    expect(found).toEqual(["3", null])
  })

  test("gives back any text under any key, and lists by prefix in the order of keys", async () => {
    const text = fc.string({ unit: "binary" })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text, { noNullPrototype: true }), text, async (notes, prefix) => {
        const { all, some } = await using(
          Store.layerMemory,
          Effect.gen(function* () {
            for (const [key, value] of Object.entries(notes)) yield* put(key, value)
            return { all: yield* list(), some: yield* list(prefix) }
          }),
        )

        const entries = all.map(({ key, value }) => [key, Result.getOrThrow(value)] as const)
        expect(Object.fromEntries(entries)).toEqual(notes)
        expect(entries.map(([key]) => key)).toEqual(Object.keys(notes).toSorted(byCodePoint))
        expect(some.map(({ key }) => key)).toEqual(
          Object.keys(notes)
            .filter((key) => key.startsWith(prefix))
            .toSorted(byCodePoint),
        )
      }),
      { numRuns: 60 },
    )
  })

  test("does not see the entries of another", async () => {
    const found = await using(
      Store.layerMemory,
      Effect.andThen(
        put("a", "1"),
        Store.use((store) => store.collection("other").list()),
      ),
    )

    expect(found).toEqual([])
  })
})

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

test("a transaction that throws leaves nothing behind", async () => {
  const found = await using(
    Store.layerMemory,
    Effect.gen(function* () {
      const store = yield* Store
      yield* Effect.exit(
        store.write((entries) => {
          entries.put("notes", "a", "1")
          throw new Error("no")
        }),
      )
      return yield* get("a")
    }),
  )

  expect(found).toBeNull()
})

test("reading where nothing was written makes no file", async () => {
  const directory = join(temporaryFolder(), "state")

  expect(await using(Store.layer(directory), Effect.all([get("a"), list()]))).toEqual([null, []])
  expect(existsSync(directory)).toBe(false)
})

test("several processes write at the same time and nothing is lost", async () => {
  const directory = temporaryFolder()
  const child = fileURLToPath(new URL("countInStore.ts", import.meta.url))
  const processes = ["a", "b", "c"].map((name) => spawn(process.execPath, [child, directory, name, "150"]))

  const statuses = await Promise.all(
    processes.map((each) => new Promise((resolve) => each.on("close", (status) => resolve(status)))),
  )
  const counted = await using(Store.layer(directory), Effect.all([get("count"), list("from-")]))

  expect(statuses).toEqual([0, 0, 0])
  expect(counted[0]).toBe("450")
  expect(counted[1]).toHaveLength(450)
}, 30_000)

test("loading it says nothing on standard error", async () => {
  const child = fileURLToPath(new URL("countInStore.ts", import.meta.url))
  const process_ = spawn(process.execPath, [child, temporaryFolder(), "a", "1"])
  let said = ""
  process_.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))

  await new Promise((resolve) => process_.on("close", resolve))

  expect(said).toBe("")
})

describe("what is wrong with a store is said", () => {
  const failure = (directory: string, effect: Effect.Effect<unknown, unknown, Store>) =>
    using(Store.layer(directory), Effect.flip(effect))

  test("a file in place of its directory", async () => {
    const file = join(temporaryFolder(), "state")
    writeFileSync(file, "")

    for (const effect of [put("a", "1"), get("a")])
      expect(await failure(file, effect)).toMatchObject({
        reason: "unwritable",
        message: expect.stringMatching(/state" cannot be made \(there is a file in its place\).*--state/),
      })
  })

  test("a file that is no database", async () => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, "doubletrack.db"), "not a database, and longer than a header would be\n".repeat(20))

    expect(await failure(directory, get("a"))).toMatchObject({
      reason: "damaged",
      message: expect.stringContaining("doubletrack.db"),
    })
  })

  test("a database of another program, which is left as it is", async () => {
    const directory = temporaryFolder()
    tamper(directory, "create table songs (name text)")
    const before = readFileSync(join(directory, "doubletrack.db"))

    expect(await failure(directory, put("a", "1"))).toMatchObject({ reason: "foreign" })
    expect(readFileSync(join(directory, "doubletrack.db")).includes("songs")).toBe(true)
    expect(before.length).toBe(statSync(join(directory, "doubletrack.db")).size)
  })

  test("a store of a later release", async () => {
    const directory = temporaryFolder()
    await using(Store.layer(directory), put("a", "1"))
    tamper(directory, "pragma user_version = 7")

    expect(await failure(directory, get("a"))).toMatchObject({
      reason: "newer",
      message: expect.stringMatching(/its version is 7, and this release knows versions up to 1\. Update/),
    })
  })

  test("a value that was changed behind its back; the others can be read, and it can be written anew", async () => {
    const directory = temporaryFolder()
    await using(Store.layer(directory), Effect.all([put("a", "1"), put("b", "2")]))
    tamper(directory, "update entries set value = '9' where key = 'a'")

    expect(await failure(directory, get("a"))).toMatchObject({
      reason: "damaged",
      message: expect.stringContaining(`"a" of "notes"`),
    })
    const entries = await using(Store.layer(directory), list())
    expect(entries.map(({ key, value }) => [key, Result.isSuccess(value)])).toEqual([
      ["a", false],
      ["b", true],
    ])
    expect(await using(Store.layer(directory), Effect.andThen(put("a", "3"), get("a")))).toBe("3")
  })

  test("a file that was cut short", async () => {
    const directory = temporaryFolder()
    const notes = Array.from({ length: 200 }, (_, index) => put(`note-${index}`, "x".repeat(500)))
    await using(Store.layer(directory), Effect.all(notes))
    const file = join(directory, "doubletrack.db")
    truncateSync(file, Math.floor(statSync(file).size / 2))

    expect(await failure(directory, list())).toMatchObject({ reason: "damaged" })
  })

  test("a full disk", () => {
    const database = new DatabaseSync(":memory:")
    database.exec("create table notes (text text); pragma max_page_count = 4")

    const insert = () => database.prepare("insert into notes values (?)").run("x".repeat(100_000))
    const error = Result.try({ try: insert, catch: (cause) => storeErrorOf(cause, "state/doubletrack.db") })

    expect(Result.getFailure(error)).toMatchObject({
      value: { reason: "full", message: expect.stringContaining("the disk is full. Make room") },
    })
  })

  it.effect("another process that does not stop writing", () =>
    Effect.gen(function* () {
      const directory = temporaryFolder()
      yield* Effect.promise(() => using(Store.layer(directory), put("a", "1")))
      const other = new DatabaseSync(join(directory, "doubletrack.db"))
      other.exec("begin immediate")

      const waiting = yield* put("a", "2").pipe(
        Effect.provide(Store.layer(directory)),
        Effect.provide(NodeServices.layer),
        Effect.flip,
        Effect.forkChild,
      )
      while (waiting.pollUnsafe() === undefined) {
        yield* TestClock.adjust("100 millis")
        yield* Effect.promise(() => new Promise(setImmediate))
      }
      const error = yield* Fiber.join(waiting)
      other.close()

      expect(error).toMatchObject({ reason: "busy", message: expect.stringContaining("Try again") })
    }),
  )
})
