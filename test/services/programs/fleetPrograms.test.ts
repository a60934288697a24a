import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import type { Program } from "../../../src/Program.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { type FleetNode, eventually, startNode, stateFolder } from "./aFleet.ts"
import { aProgram } from "./aProgram.ts"

const one = aProgram({ workflow: "quiz", step: "answer" })
const two = aProgram({ workflow: "quiz", step: "answer", candidate: { ...one.candidate, instructions: "Be brief." } })
const place = { workflow: "quiz", step: "answer", signatureHash: one.signatureHash }

const adopt = (node: FleetNode, program: Program) =>
  node.run(node.programs.save(program, { adopted: true, reason: "measured" }))
const served = async (node: FleetNode) => (await node.run(node.programs.adopted(place)))?.id ?? null
const becomes = (node: FleetNode, id: string | null) =>
  eventually(
    () => served(node),
    (now) => now === id,
  )

describeWithNats("in a fleet", () => {
  test("a program that one node adopts is served by the others, and they say so", async () => {
    const { url } = await natsServer()
    const [here, there] = [await startNode(url), await startNode(url)]
    expect(await served(there)).toBeNull()

    await adopt(here, one)

    await becomes(there, one.id)
    expect(await there.run(there.programs.get(one.id))).toMatchObject({
      program: one,
      status: { adopted: true, reason: "adopted on another node: measured" },
    })
    expect(there.facts).toEqual([
      { _tag: "ProgramAdopted", workflow: "quiz", step: "answer", programId: one.id, reason: expect.any(String) },
    ])
  })

  test("a node that starts later finds what is adopted before it serves anything", async () => {
    const { url } = await natsServer()
    const here = await startNode(url)
    await adopt(here, one)
    await here.stop()

    const later = await startNode(url)

    expect(await served(later)).toBe(one.id)
  })

  test("a program that picks its demos comes with its rows", async () => {
    const { url } = await natsServer()
    const [here, there] = [await startNode(url), await startNode(url)]
    const rows = [{ inputs: { question: "2 + 2?" }, outputs: { answer: "4" } }]
    const hash = await here.run(here.programs.saveRows(rows))
    const picking = aProgram({
      workflow: "quiz",
      step: "answer",
      candidate: { ...one.candidate, demos: [], retrieval: { k: 1, rows: hash, count: 1 } },
    })
    expect(await served(there)).toBeNull()

    await adopt(here, picking)

    await becomes(there, picking.id)
    expect(await there.run(there.programs.rows(hash))).toEqual(rows)
  })

  test("what is withdrawn or rolled back on one node is served on none, and comes back by hand alone", async () => {
    const { url } = await natsServer()
    const [here, there] = [await startNode(url), await startNode(url)]
    await adopt(here, one)
    await becomes(there, one.id)
    await adopt(here, two)
    await becomes(there, two.id)

    await there.run(there.programs.withdraw(two.id, "rolled back: 5 of 9 failed"))
    await becomes(here, one.id)
    await here.run(here.programs.rollback(place))
    await becomes(there, null)
    const withdrawn = await Promise.all(
      [here, there].map((node) =>
        node.run(Effect.all([node.programs.withdrawnBecause(one), node.programs.withdrawnBecause(two)])),
      ),
    )
    await there.run(there.programs.promote(two.id))
    await becomes(here, two.id)

    expect(withdrawn.flat().every((reason) => reason !== null)).toBe(true)
    expect(await here.run(here.programs.withdrawnBecause(two))).toBeNull()
    expect(here.facts.map(({ _tag }) => _tag)).toEqual(["ProgramRolledBack", "ProgramAdopted"])
  })

  test("a rollback does not bring back what another node took out of use", async () => {
    const { url } = await natsServer()
    const [here, there] = [await startNode(url), await startNode(url)]
    await adopt(here, one)
    await becomes(there, one.id)
    await there.run(there.programs.withdraw(one.id, "by hand"))
    await becomes(here, null)
    await adopt(here, two)

    await here.run(here.programs.rollback(place))

    expect(await served(here)).toBeNull()
    expect(await here.run(here.programs.lastAdopted(one.signatureHash, null))).toBeNull()
  })

  test("an invalidated signature is so on every node, and on one that was away, and is an event on each", async () => {
    const { url } = await natsServer()
    const folder = stateFolder()
    const [here, there] = [await startNode(url), await startNode(url)]
    const away = await startNode(url, folder)
    await adopt(here, one)
    await becomes(there, one.id)
    await becomes(away, one.id)
    await away.stop()

    const count = await here.run(here.programs.invalidate(one.signatureHash))
    await becomes(there, null)
    const back = await startNode(url, folder)
    await becomes(back, null)

    const told = { _tag: "ProgramInvalidated", signatureHash: one.signatureHash, programs: [one.id] }
    expect(count).toBe(1)
    expect(here.facts).toContainEqual({ ...told, by: "here" })
    expect(there.facts).toContainEqual({ ...told, by: "elsewhere" })
    expect(back.facts).toContainEqual({ ...told, by: "elsewhere" })
  })

  test("what was decided while the server was away is told when it is back, and the later decision holds", async () => {
    const server = await natsServer()
    const [here, there] = [await startNode(server.url), await startNode(server.url)]
    await adopt(here, one)
    await becomes(there, one.id)
    await server.kill()

    await here.run(here.programs.withdraw(one.id, "by hand"))
    await adopt(there, two)
    await server.start()

    await becomes(here, two.id)
    await becomes(there, two.id)
    await eventually(
      () => there.run(there.programs.withdrawnBecause(one)),
      (reason) => reason !== null,
    )
  })

  test("a server that lost everything learns it again from its nodes", async () => {
    const server = await natsServer()
    const here = await startNode(server.url)
    await adopt(here, one)
    await server.kill()
    server.wipe()
    await server.start()

    const there = await startNode(server.url)

    await becomes(there, one.id)
  })

  test("what a node adopted before it joined reaches the others", async () => {
    const { url } = await natsServer()
    const folder = stateFolder()
    const alone = await startNode(null, folder)
    await adopt(alone, one)
    await alone.stop()

    const [joined, there] = [await startNode(url, folder), await startNode(url)]
    expect(await served(joined)).toBe(one.id)

    await becomes(there, one.id)
  })
})

test("a node on its own adopts, invalidates and says so", async () => {
  const node = await startNode(null)
  await adopt(node, one)

  const count = await node.run(node.programs.invalidate(signatureHash(one.signature)))

  expect([count, await served(node)]).toEqual([1, null])
  expect(node.facts).toEqual([
    { _tag: "ProgramInvalidated", signatureHash: one.signatureHash, programs: [one.id], by: "here" },
  ])
})
