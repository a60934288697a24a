import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { expect, test } from "vitest"
import { type CacheEntry, sealed } from "../../../src/services/cache/CacheEntry.ts"
import type { CacheTier } from "../../../src/services/cache/CacheTier.ts"
import { shiftedClock } from "./shiftedClock.ts"

/** A tier under test, and what happens to its process. */
export interface TierUnderTest {
  readonly tier: () => CacheTier
  /** The process ends and another one starts. */
  readonly restart: () => Promise<void>
  readonly survivesRestart: boolean
}

/** What holds for every tier. `open` gives an empty one. */
export const tierSuite = (open: () => Promise<TierUnderTest>, { numRuns }: { readonly numRuns: number }) => {
  test("does what a map does that forgets: any puts, gets, invalidations, expiries and restarts", async () => {
    const opened = await open()
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 30 }), async (run) => {
        const time = shiftedClock()
        const real: Real = {
          ...opened,
          time,
          run: (use) => Effect.runPromise(Effect.provideService(use(opened.tier()), Clock.Clock, time.clock)),
        }
        await real.run((tier) => tier.clear)

        await fc.asyncModelRun(() => ({ model: new Map<string, CacheEntry>(), real }), run)
      }),
      { numRuns, endOnFailure: true },
    )
  })

  test("gives back every text as it was, and knows nothing of other keys", async () => {
    const { tier } = await open()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 0xffff })), async (units) => {
        const value = String.fromCharCode(...units).toWellFormed()
        const entry = anEntry({ key: "a1", signatureHash: "aa", value })

        const found = await Effect.runPromise(
          Effect.andThen(
            tier().put(entry),
            Effect.all([tier().get(entry), tier().get({ key: "a2", signatureHash: "aa" })]),
          ),
        )

        expect(found).toEqual([entry, null])
      }),
      { numRuns: Math.min(numRuns, 50) },
    )
  })
}

export const anEntry = (entry: Partial<Omit<CacheEntry, "checksum" | "v">>): CacheEntry =>
  sealed({
    key: "a1",
    signatureHash: "aa",
    epoch: 0,
    storedAtMs: 1,
    expiresAtMs: null,
    fence: 0,
    value: "{}",
    ...entry,
  })

type Model = Map<string, CacheEntry>

interface Real extends TierUnderTest {
  readonly time: ReturnType<typeof shiftedClock>
  readonly run: <A, E>(use: (tier: CacheTier) => Effect.Effect<A, E>) => Promise<A>
}

type Command = fc.AsyncCommand<Model, Real>

/** Each key belongs to one signature. */
const keys = ["a1", "a2", "b1", "b2"].map((key) => ({ key, signatureHash: key.startsWith("a") ? "aa" : "bb" }))
const aKey = fc.constantFrom(...keys)

const alive = (model: Model, key: string, nowMs: number): CacheEntry | undefined => {
  const entry = model.get(key)
  return entry === undefined || (entry.expiresAtMs !== null && entry.expiresAtMs <= nowMs) ? undefined : entry
}

const command = (said: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => said,
})

const gets = aKey.map((key) =>
  command(`get ${key.key}`, async (model, real) => {
    const found = await real.run((tier) => tier.get(key))

    expect(found).toEqual(alive(model, key.key, real.time.nowMs()) ?? null)
  }),
)

const puts = fc
  .record({
    key: aKey,
    value: fc.json({ maxDepth: 1 }),
    epoch: fc.integer({ min: 0, max: 2 }),
    fence: fc.integer({ min: 0, max: 2 }),
    livesMs: fc.option(fc.constantFrom(60_000, 120_000)),
  })
  .map(({ key, livesMs, ...rest }) =>
    command(`put ${JSON.stringify({ ...key, ...rest, livesMs })}`, async (model, real) => {
      const storedAtMs = real.time.nowMs()
      const entry = anEntry({
        ...key,
        ...rest,
        storedAtMs,
        expiresAtMs: livesMs === null ? null : storedAtMs + livesMs,
      })
      const there = alive(model, key.key, storedAtMs)
      const isLater =
        there !== undefined && (there.epoch > entry.epoch || (there.epoch === entry.epoch && there.fence > entry.fence))

      const kept = await real.run((tier) => tier.put(entry))

      expect(kept).toBe(!isLater)
      if (kept) model.set(key.key, entry)
    }),
  )

const invalidates = fc.constantFrom("aa", "bb", "cc").map((signatureHash) =>
  command(`invalidate ${signatureHash}`, async (model, real) => {
    await real.run((tier) => tier.invalidate(signatureHash))

    for (const entry of model.values()) if (entry.signatureHash === signatureHash) model.delete(entry.key)
  }),
)

const expires = fc
  .constantFrom(30_000, 90_000)
  .map((ms) => command(`${ms} ms pass`, async (_model, real) => real.time.advance(ms)))

const restarts = fc.constant(
  command("restart", async (model, real) => {
    await real.restart()

    if (!real.survivesRestart) model.clear()
  }),
)

const commands = [gets, gets, puts, puts, invalidates, expires, restarts]
