import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as PubSub from "effect/PubSub"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { eventually } from "../programs/aFleet.ts"
import { type theRegisters, withCache } from "./aCache.ts"

describe("an epoch", () => {
  test("never goes back, whoever says what in whatever order", async () => {
    const steps = fc.array(
      fc.oneof(
        fc.constant({ kind: "bump" as const }),
        fc.record({ kind: fc.constantFrom("told" as const, "met" as const), epoch: fc.integer({ min: 1, max: 4e12 }) }),
      ),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const seen = await withCache(({ epochs, fleet }) =>
          Effect.forEach(all, (step) =>
            Effect.andThen(
              step.kind === "bump"
                ? epochs.bump("aa")
                : step.kind === "told"
                  ? fleet.tell("epoch.aa", String(step.epoch))
                  : epochs.observe("aa", step.epoch),
              epochs.current("aa"),
            ),
          ),
        )

        expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })

  test("that was bumped while the fleet was away is told when it is back", async () => {
    const held = await withCache(({ epochs, fleet }) =>
      Effect.gen(function* () {
        fleet.reach("no")
        const epoch = yield* epochs.bump("aa")
        fleet.reach("yes")
        yield* fleet.caughtUp
        return [fleet.held.get("epoch.aa"), String(epoch)]
      }),
    )

    expect(held[0]).toBe(held[1])
  })

  const isTold = (fleet: ReturnType<typeof theRegisters>) =>
    Effect.promise(() =>
      eventually(
        async () => fleet.held.get("epoch.aa"),
        (text) => text !== undefined,
      ),
    )

  test("that the fleet refused is told it a moment later, though nothing is watched anew", async () => {
    const held = await withCache(({ epochs, fleet }) =>
      Effect.gen(function* () {
        fleet.reach("no")
        const epoch = yield* epochs.bump("aa")
        fleet.reach("yes")
        return [yield* isTold(fleet), String(epoch)]
      }),
    )

    expect(held[0]).toBe(held[1])
  })

  test("is told to the fleet though who bumped it was interrupted while the fleet did not answer", async () => {
    const held = await withCache(({ epochs, fleet }) =>
      Effect.gen(function* () {
        fleet.reach("silent")
        const bumping = yield* Effect.forkChild(epochs.bump("aa"), { startImmediately: true })
        yield* Fiber.interrupt(bumping)
        fleet.reach("yes")
        return [yield* isTold(fleet), String(yield* epochs.current("aa"))]
      }),
    )

    expect(held[0]).toBe(held[1])
  })

  test("that the fleet has forgotten is told to it again", async () => {
    const held = await withCache(({ epochs, fleet }) =>
      Effect.gen(function* () {
        yield* fleet.tell("epoch.aa", "77")
        fleet.held.clear()
        yield* fleet.caughtUp
        return [fleet.held.get("epoch.aa"), yield* epochs.current("aa")]
      }),
    )

    expect(held).toEqual(["77", 77])
  })

  test("is what can be understood alone; anything else that the fleet holds changes nothing, and is written anew", async () => {
    const seen = await withCache(({ epochs, fleet }) =>
      Effect.gen(function* () {
        const epoch = yield* epochs.bump("aa")
        for (const text of ["", "soon", "-1", "1e400"]) yield* fleet.tell("epoch.aa", text)
        yield* fleet.tell("aa", "9000000000000")
        yield* epochs.observe("aa", 0)
        const refreshed = yield* epochs.refreshed("aa")
        yield* fleet.caughtUp
        return [refreshed === epoch, yield* epochs.current("aa"), Number(fleet.held.get("epoch.aa")), epoch]
      }),
    )

    expect(seen).toEqual([true, seen[3], seen[3], seen[3]])
  })

  test("is news to whoever listens, also a moment too late", async () => {
    const news = await withCache(({ epochs, fleet }) =>
      Effect.scoped(
        Effect.gen(function* () {
          yield* fleet.tell("epoch.aa", "5")
          const bumps = yield* epochs.bumps
          yield* epochs.observe("cc", 0)
          yield* fleet.tell("epoch.aa", "5")
          yield* fleet.tell("epoch.bb", "6")
          return [yield* PubSub.take(bumps), yield* PubSub.take(bumps)]
        }),
      ),
    )

    expect(news).toEqual([
      { signatureHash: "aa", epoch: 5, by: "elsewhere" },
      { signatureHash: "bb", epoch: 6, by: "elsewhere" },
    ])
  })
})
