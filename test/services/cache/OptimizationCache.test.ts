import { mkdtempSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import fc from "fast-check"
import { describe, expect, onTestFinished, test } from "vitest"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import { OptimizationCache } from "../../../src/services/cache/OptimizationCache.ts"
import { Epochs } from "../../../src/services/cache/Epochs.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { type OptimizationParts, optimizationKey } from "../../../src/services/cache/optimizationKey.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { noDisk } from "../../durable/mountDisk.ts"
import { tinyDisk } from "../../durable/tinyDisk.ts"
import { aProgram } from "../programs/aProgram.ts"
import { shiftedClock } from "./shiftedClock.ts"

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-optimizations-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** One process in this folder, and what it says on its log. */
const using = async <A>(directory: string, effect: Effect.Effect<A, never, OptimizationCache>) => {
  const lines: Array<string> = []
  const answer = await Effect.runPromise(
    effect.pipe(
      Effect.provide(
        OptimizationCache.layer(decodeSettings({}).cache).pipe(
          Layer.provide(Epochs.layer({ trustMs: 0 })),
          Layer.provide(Fleet.layerAlone),
          Layer.provide(Store.layer(directory)),
          Layer.provide(NodeServices.layer),
        ),
      ),
      Effect.provide(Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])),
    ),
  )
  return { answer, lines }
}

const parts: OptimizationParts = {
  version: "1",
  signatureHash: "aa",
  workflow: "quiz",
  step: "answer",
  traditional: "t",
  optimizer: { name: "gepa", engine: "embedded", settings: { maxDemos: 4, candidates: 2 }, seed: 1 },
  student: { instructions: "Answer." },
  metric: { name: "exact_match", identity: null },
  model: { id: "offline/in-context", address: null },
  data: { train: "x", validation: "y", heldOut: "z" },
  limits: {},
  surroundings: {},
}
const key = optimizationKey(parts)
const measured = { scores: [1, 0, 1], costUsd: null }
const result = {
  v: 1 as const,
  program: aProgram(),
  rows: null,
  validationScore: 0.5,
  baseline: measured,
  optimized: measured,
  inUse: null,
}

const put = OptimizationCache.use((cache) => cache.put(key, result, { epoch: 0, adopted: true, fence: 0 }))
const get = OptimizationCache.use((cache) => cache.get(key))

describe("the result of an optimization", () => {
  test("is there after a restart, as it was", async () => {
    const directory = folder()
    await using(directory, put)

    const { answer } = await using(directory, get)

    expect(answer).toMatchObject({ _tag: "Found", tier: "disk", result })
  })

  test("is remembered for an hour only where nothing better came of it", async () => {
    const directory = folder()
    await using(
      directory,
      OptimizationCache.use((cache) => cache.put(key, result, { epoch: 0, adopted: false, fence: 0 })),
    )

    const database = new DatabaseSync(join(directory, "doubletrack.db"))
    const { value } = database.prepare("select value from entries where collection = 'cache:optimizations'").get() ?? {}
    database.close()

    const { storedAtMs, expiresAtMs } = JSON.parse(String(value))
    expect(expiresAtMs - storedAtMs).toBe(3_600_000)
  })

  test("is a miss that is said where it is damaged, and can be kept anew", async () => {
    const directory = folder()
    await using(directory, put)
    const database = new DatabaseSync(join(directory, "doubletrack.db"))
    database.exec(
      "update entries set value = replace(value, 'exact_match', 'exact-match') where collection like 'cache:%'",
    )
    database.close()

    const { answer, lines } = await using(directory, Effect.all([get, put]))
    const after = await using(directory, get)

    expect(answer[0]).toMatchObject({ _tag: "Miss" })
    expect(lines).toEqual([expect.stringMatching(/is damaged/)])
    expect(after.answer).toMatchObject({ _tag: "Found" })
  })

  test("is kept in memory alone where the folder cannot be made, which is said once", async () => {
    const { answer, lines } = await using(
      "/dev/null/nowhere",
      Effect.gen(function* () {
        const kept = yield* put
        return [kept, yield* get, yield* get] as const
      }),
    )

    expect(answer).toMatchObject([true, { _tag: "Found", tier: "memory" }, { _tag: "Found", tier: "memory" }])
    expect(lines.filter((line) => line.includes("disk tier"))).toHaveLength(1)
  })

  test("is kept in memory alone while the disk is full, which is said once, and on disk again when there is room", async () => {
    const directory = folder()
    const disk = tinyDisk(directory, 512)
    if (disk === null) return console.warn(noDisk)

    const { answer, lines } = await using(
      disk.store,
      Effect.gen(function* () {
        yield* put
        yield* Effect.sync(() => disk.fill())
        const kept = yield* Effect.forEach([1, 2, 3], (seed) =>
          OptimizationCache.use((cache) => {
            const other = optimizationKey({ ...parts, optimizer: { ...parts.optimizer, seed: seed + 1 } })
            const large = { ...result, program: { ...result.program, model: "x".repeat(100_000) } }
            return Effect.andThen(cache.put(other, large, { epoch: 0, adopted: true, fence: 0 }), cache.get(other))
          }),
        )
        yield* Effect.sync(() => disk.free())
        return [...kept, yield* put] as const
      }),
    )
    const after = await using(disk.store, get)

    const found = { _tag: "Found", tier: "memory" }
    expect(answer).toMatchObject([found, found, found, true])
    expect(lines.filter((line) => line.includes("disk tier"))).toHaveLength(1)
    expect(after.answer).toMatchObject({ _tag: "Found", tier: "disk" })
  })

  test("is gone for every process of the folder when its signature is invalidated", async () => {
    const directory = folder()
    await using(directory, put)
    await using(
      directory,
      OptimizationCache.use((cache) => cache.invalidate("aa")),
    )

    const { answer } = await using(directory, get)

    expect(answer).toMatchObject({ _tag: "Miss" })
  })
})

describe("that an optimization failed", () => {
  const failure = { reason: "model_failed" as const, message: "nobody answers", epoch: 0, fence: 0 }
  const fail = OptimizationCache.use(({ failures }) => failures.put(key, failure))
  const failed = OptimizationCache.use(({ failures }) => failures.get(key, { fresh: true }))

  test("is remembered for five minutes, by the next process, too", async () => {
    const directory = folder()
    const time = shiftedClock()
    const at = <A>(effect: Effect.Effect<A, never, OptimizationCache>) =>
      using(directory, Effect.provideService(effect, Clock.Clock, time.clock))
    await at(fail)

    time.advance(299_000)
    const soon = await at(failed)
    time.advance(2_000)
    const later = await at(failed)

    expect(soon.answer).toMatchObject({ reason: "model_failed", message: "nobody answers" })
    expect(later.answer).toBeNull()
  })

  test("takes no place of a result, and is no hit of one", async () => {
    const { answer } = await using(
      folder(),
      Effect.gen(function* () {
        yield* put
        yield* fail
        const found = yield* get
        yield* failed
        return { found, report: yield* OptimizationCache.use(({ report }) => report) }
      }),
    )

    expect(answer).toMatchObject({
      found: { _tag: "Found" },
      report: { stored: 1, misses: 0, hits: { memory: 1, disk: 0 } },
    })
  })

  test("is forgotten when its signature is invalidated", async () => {
    const { answer } = await using(
      folder(),
      Effect.andThen(
        Effect.andThen(
          fail,
          OptimizationCache.use((cache) => cache.invalidate("aa")),
        ),
        failed,
      ),
    )

    expect(answer).toBeNull()
  })
})

describe("the key of an optimization", () => {
  test("is the same however the parts are written down", () => {
    const { optimizer, ...rest } = parts
    const written = { ...rest, optimizer: { ...optimizer, settings: { candidates: 2, maxDemos: 4 } } }

    expect(optimizationKey(written).key).toBe(key.key)
  })

  test("is another one with any other part", () => {
    const names = Object.keys(parts).filter((name) => name !== "signatureHash")
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ minLength: 3 }), (name, text) => {
        const changed = {
          ...parts,
          [name]: typeof parts[name as keyof OptimizationParts] === "string" ? text : { text },
        }

        expect(optimizationKey(changed).key).not.toBe(key.key)
      }),
    )
  })
})
