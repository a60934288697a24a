import { mkdtempSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { describe, expect, onTestFinished, test } from "vitest"
import type { CacheTier } from "../../../src/services/cache/CacheTier.ts"
import { diskTier } from "../../../src/services/cache/diskTier.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { anEntry, tierSuite } from "./tierSuite.ts"

/** A tier in a folder; several may be in one, as in several processes. */
const tierIn = async (
  directory: string,
  maxBytes = 1_000_000,
): Promise<CacheTier & { readonly close: () => Promise<void> }> => {
  const runtime = ManagedRuntime.make(Store.layer(directory).pipe(Layer.provide(NodeServices.layer)))
  const tier = diskTier(await runtime.runPromise(Store), { space: "test", maxBytes })
  return { ...tier, close: () => runtime.dispose() }
}

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-cache-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const opened = async (directory: string, maxBytes?: number) => {
  const tier = await tierIn(directory, maxBytes)
  onTestFinished(() => tier.close())
  return tier
}

describe("the disk tier", () => {
  tierSuite(
    async () => {
      const directory = folder()
      let tier = await tierIn(directory)
      onTestFinished(() => tier.close())
      return {
        tier: () => tier,
        restart: async () => {
          await tier.close()
          tier = await tierIn(directory)
        },
        survivesRestart: true,
      }
    },
    { numRuns: 60 },
  )

  test("is one for all processes of a folder", async () => {
    const directory = folder()
    const [one, other] = [await opened(directory), await opened(directory)]

    const [seen, gone] = await Effect.runPromise(
      Effect.gen(function* () {
        yield* one.put(anEntry({ value: '"shared"' }))
        const seen = yield* other.get(anEntry({}))
        yield* other.invalidate("aa")
        return [seen, yield* one.get(anEntry({}))]
      }),
    )

    expect(seen?.value).toBe('"shared"')
    expect(gone).toBeNull()
  })

  test("drops the oldest entries when it holds too much", async () => {
    const tier = await opened(folder(), 100_000)
    const keys = Array.from({ length: 40 }, (_, index) => `a${index}`)

    const found = await Effect.runPromise(
      Effect.gen(function* () {
        for (const [index, key] of keys.entries()) {
          yield* tier.put(anEntry({ key, storedAtMs: index, value: "x".repeat(10_000) }))
        }
        return yield* Effect.forEach(keys, (key) => tier.get(anEntry({ key })))
      }),
    )

    const kept = found.flatMap((entry) => (entry === null ? [] : [entry.key]))
    expect(kept.length).toBeGreaterThanOrEqual(8)
    expect(kept.length).toBeLessThanOrEqual(11)
    expect(kept).toEqual(keys.slice(-kept.length))
  })

  test.each([
    ["the value was changed", "update entries set value = replace(value, 'x', 'y') where collection = 'cache:test'"],
    ["it lies under another key", "update entries set key = 'aa/a2' where collection = 'cache:test'"],
    ["it is cut short", "update entries set value = substr(value, 1, 40) where collection = 'cache:test'"],
  ])("says that an entry is damaged when %s, and takes a new one", async (_what, damage) => {
    const directory = folder()
    const tier = await opened(directory)
    await Effect.runPromise(tier.put(anEntry({ value: "x" })))
    const database = new DatabaseSync(join(directory, "doubletrack.db"))
    database.exec(damage)
    database.close()

    const key = damage.includes("set key") ? "a2" : "a1"
    const first = await Effect.runPromise(Effect.flip(tier.get(anEntry({ key }))))
    const again = await Effect.runPromise(
      Effect.andThen(tier.put(anEntry({ key, value: "new" })), tier.get(anEntry({ key }))),
    )

    expect(first.reason).toBe("damaged")
    expect(again?.value).toBe("new")
  })

  test("fails, and does not crash, where the folder cannot be made", async () => {
    const tier = await opened("/dev/null/nowhere")

    const exit = await Effect.runPromiseExit(tier.put(anEntry({})))

    expect(Exit.isFailure(exit)).toBe(true)
  })
})
