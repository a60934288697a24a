import { jetstream } from "@nats-io/jetstream"
import { Kvm } from "@nats-io/kv"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as TestClock from "effect/testing/TestClock"
import { describe, expect, onTestFinished, test } from "vitest"
import { CacheError } from "../../../src/services/cache/CacheTier.ts"
import { keepLease } from "../../../src/services/cache/keepLease.ts"
import type { Lease, Leases } from "../../../src/services/cache/Leases.ts"
import { storeLeases } from "../../../src/services/cache/storeLeases.ts"
import { underLease } from "../../../src/services/cache/underLease.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { proxyTo } from "../nats/proxy.ts"
import { eventually } from "../programs/aFleet.ts"
import { fleetOn } from "./fleetOn.ts"
import { shiftedClock } from "./shiftedClock.ts"

const away = new CacheError({ reason: "away", tier: "distributed", message: "NATS is away." })

interface Given {
  /** As two processes have them. */
  readonly one: Leases
  readonly other: Leases
  /** Waits, or does as if, until a lease that nobody renews has run out. */
  readonly runOut: () => Promise<void>
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => Promise<A>
}

const held = (lease: Lease | null): Lease => {
  if (lease === null) throw new Error("somebody else has it")
  return lease
}

const leaseSuite = (open: () => Promise<Given>) => {
  test("has one holder at a time, and tokens that only grow", async () => {
    const { one, other, run } = await open()

    const first = held(await run(one.acquire("a")))
    const refused = await run(other.acquire("a"))
    const elsewhere = held(await run(other.acquire("b")))
    await run(first.release)
    const second = held(await run(other.acquire("a")))
    await run(elsewhere.release)

    expect(refused).toBeNull()
    expect(second.token).toBeGreaterThan(first.token)
  })

  test("is one holder's, however many ask at the same time", async () => {
    const { one, other, run } = await open()

    const asked = await run(
      Effect.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).acquire("a")),
        { concurrency: "unbounded" },
      ),
    )

    expect(asked.filter((lease) => lease !== null)).toHaveLength(1)
  })

  test("holds as long as it is renewed", async () => {
    const { one, other, run } = await open()
    const lease = held(await run(one.acquire("a")))

    expect(await run(lease.renew)).toBe(true)
    expect(await run(lease.renew)).toBe(true)
    expect(await run(other.acquire("a"))).toBeNull()
  })

  test("is given back for good, though it is being renewed", async () => {
    const { one, other, run } = await open()
    const lease = held(await run(one.acquire("a")))

    await run(Effect.all([Effect.exit(lease.renew), lease.release], { concurrency: 2 }))

    expect(await run(other.acquire("a"))).not.toBeNull()
  })

  test("is somebody else's once it has run out, and neither renewed nor released by who had it", async () => {
    const { one, other, runOut, run } = await open()
    const stale = held(await run(one.acquire("a")))
    await runOut()
    const taken = held(await run(other.acquire("a")))

    expect(await run(stale.renew)).toBe(false)
    await run(stale.release)
    expect(await run(taken.renew)).toBe(true)
    expect(taken.token).toBeGreaterThan(stale.token)
  })
}

describe("a lease in the store", () => {
  leaseSuite(async () => {
    const time = shiftedClock()
    const runtime = ManagedRuntime.make(
      Store.layerMemory.pipe(Layer.provideMerge(Layer.succeed(Clock.Clock, time.clock))),
    )
    onTestFinished(() => runtime.dispose())
    const store = await runtime.runPromise(Store)
    return {
      one: storeLeases(store, { holdMs: 1000 }),
      other: storeLeases(store, { holdMs: 1000 }),
      runOut: async () => time.advance(1000),
      run: (effect) => runtime.runPromise(effect),
    }
  })
})

describeWithNats("a lease of the fleet", () => {
  leaseSuite(async () => {
    const { url } = await natsServer()
    const [one, other] = await Promise.all([fleetOn(url), fleetOn(url)])
    const [leases, others] = [one, other].map(({ fleet }) => fleet.leases({ space: "LEASES", holdMs: 1000 }))
    if (leases === null || leases === undefined || others === null || others === undefined) throw new Error("no leases")
    return {
      one: leases,
      other: others,
      runOut: async () => {
        await eventually(
          () => Effect.runPromise(leases.acquire("a")),
          (lease) => lease !== null,
        ).then((lease) => Effect.runPromise(held(lease).release))
      },
      run: (effect) => Effect.runPromise(effect),
    }
  })

  test("that was given when its answer was lost is had by whoever asks again, and by nobody else", async () => {
    const server = await natsServer()
    const proxy = await proxyTo(server.port)
    const options = { space: "LEASES", holdMs: 60_000, patienceMs: 2000 }
    const [one, other] = (await Promise.all([fleetOn(proxy.url), fleetOn(server.url)])).map(
      ({ fleet }) => fleet.leases(options)!,
    )
    const run = Effect.runPromise
    await run(one!.acquire("b"))
    const bucket = await new Kvm(jetstream(await server.client())).open("DOUBLETRACK_LEASES")

    proxy.pause()
    const lost = await run(Effect.result(one!.acquire("a")))
    proxy.resume()
    await eventually(
      () => bucket.get("a"),
      (entry) => entry !== null,
    )
    const refused = await run(other!.acquire("a"))
    const lease = held(await run(one!.acquire("a")))

    expect(lost._tag).toBe("Failure")
    expect(refused).toBeNull()
    expect(await run(lease.renew)).toBe(true)
    expect(await run(one!.acquire("a"))).toBeNull()
    await run(lease.release)
    expect(await run(other!.acquire("a"))).not.toBeNull()
  })
})

describe("work under a lease", () => {
  test("renews it again soon where that fails, and not only when its time is up", async () => {
    let asked = 0
    const renew = Effect.suspend(() => {
      asked += 1
      return asked < 5 ? Effect.fail(away) : Effect.succeed(false)
    })
    const lease = { token: 1, renew, release: Effect.void }

    await Effect.runPromise(
      Effect.gen(function* () {
        const keeping = yield* Effect.forkChild(keepLease(lease, { holdMs: 30_000 }))
        yield* TestClock.adjust("14 seconds")
        return yield* Fiber.join(keeping)
      }).pipe(Effect.provide(TestClock.layer())),
    )

    expect(asked).toBe(5)
  })

  test("is done by one, and ended when it is lost", async () => {
    const lost = Deferred.makeUnsafe<boolean>()
    const leases: Leases = {
      holdMs: 3,
      acquire: () =>
        Effect.succeed({ token: 1, renew: Effect.map(Deferred.await(lost), (yes) => !yes), release: Effect.void }),
    }
    let interrupted = false

    const outcome = await Effect.runPromise(
      Effect.gen(function* () {
        const working = yield* Effect.forkChild(
          underLease(leases, "a", () =>
            Effect.onInterrupt(Effect.never, () => Effect.sync(() => void (interrupted = true))),
          ),
        )
        yield* Deferred.succeed(lost, true)
        return yield* Fiber.join(working)
      }),
    )

    expect(outcome).toEqual({ _tag: "Lost" })
    expect(interrupted).toBe(true)
  })
})
