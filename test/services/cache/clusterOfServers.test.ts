import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsCluster } from "../nats/natsServer.ts"
import { eventually } from "../nats/publish.ts"
import { fleetOn } from "./fleetOn.ts"

const times = 40

describeWithNats("on three servers, which may be older than their being exact about it", () => {
  test("a lease has one holder, and no change of a register is lost", { timeout: 60_000 }, async () => {
    const members = await natsCluster(3)
    const nodes = await Promise.all(members.map(({ url }) => fleetOn(url)))
    const leases = nodes.map(({ fleet }) => fleet.leases({ space: "RACES", holdMs: 10_000 })!)
    const registers = nodes.map(({ fleet }) => fleet.registers("COUNTS")!)
    await eventually(() => Effect.runPromise(leases[0]!.acquire("first")))
    await eventually(() => Effect.runPromise(registers[0]!.update("first", () => "0")))

    const holders: Array<number> = []
    for (let race = 0; race < times; race += 1) {
      const asked = await Promise.all(leases.map(({ acquire }) => Effect.runPromise(acquire("one"))))
      const held = asked.filter((lease) => lease !== null)
      holders.push(held.length)
      await Promise.all(held.map(({ release }) => Effect.runPromise(release)))
    }
    const count = (held: string | null) => String(Number(held ?? "0") + 1)
    await Promise.all(
      registers.map(async ({ update }) => {
        for (let change = 0; change < times; change += 1) await Effect.runPromise(update("all", count))
      }),
    )

    expect(new Set(holders)).toEqual(new Set([1]))
    expect(await Effect.runPromise(registers[0]!.read("all"))).toBe(String(3 * times))
  })
})
