import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, test, vi } from "vitest"
import type { WorkflowInput } from "../../src/index.ts"
import { promptOf, scriptedModels } from "../scriptedModels.ts"
import { eventsOf, shoutingModels, startOver, stateFolder, tagsOf } from "./durableTrack.ts"
import { killRuns } from "./kill/killRuns.ts"
import { tear } from "./kill/tear.ts"
import { noDisk } from "./mountDisk.ts"
import { tinyDisk } from "./tinyDisk.ts"

const step = (name: string) => ({ name, type: "claude", prompt: [{ type: "static", content: name }] }) as const
const three: WorkflowInput = { name: "three", steps: [step("one"), step("two"), step("three")] }

/** What as many runs come to that nobody disturbs. */
const runs = 2
const unbrokenFolder = mkdtempSync(join(tmpdir(), "doubletrack-unbroken-"))
const unbroken = killRuns({ runs, kills: 0, seed: 0, folder: unbrokenFolder })
afterAll(() => rmSync(unbrokenFolder, { recursive: true, force: true }))

/** Models that do something when they are asked for this, and then answer. */
const modelsThat = (word: string, act: () => void) => {
  const asked: Array<string> = []
  const layer = scriptedModels((request) =>
    Effect.sync(() => {
      asked.push(promptOf(request))
      if (promptOf(request) === word) act()
      return `answer to ${promptOf(request)}`
    }),
  )
  return { layer, asked }
}

const warnings = () => {
  const lines: Array<string> = []
  vi.spyOn(console, "error").mockImplementation((...line) => void lines.push(line.join(" ")))
  return lines
}

describe("a disk that is full", () => {
  test("holds a run up until there is room, and nothing is lost", async ({ skip }) => {
    const disk = tinyDisk(stateFolder(), 1000)
    if (disk === null) return skip(noDisk)
    const said = warnings()
    const models = modelsThat("two", disk.fill)
    const track = await startOver(disk.store, { layers: { models: models.layer } })

    const run = track.run(three)
    await vi.waitFor(() => expect(said.join("\n")).toContain("Runs wait until it can be written"))
    await setTimeout(100)
    const askedWhileFull = [...models.asked]
    disk.free()
    const report = await run.result

    expect(askedWhileFull).toEqual(["one", "two"])
    expect(report.status).toBe("completed")
    expect(models.asked).toEqual(["one", "two", "three"])
    expect(await track.runs()).toMatchObject([{ status: "completed" }])
  })

  test("does not hold a run up for longer than was said; its journal is written when there is room", async ({
    skip,
  }) => {
    const disk = tinyDisk(stateFolder(), 1000)
    if (disk === null) return skip(noDisk)
    const said = warnings()
    const models = modelsThat("two", disk.fill)
    const settings = { journal: { waitMs: 100 } }
    const track = await startOver(disk.store, { layers: { models: models.layer }, settings })

    const run = track.run(three)
    const report = await run.result
    const whileFull = await track.runs()
    disk.free()
    await vi.waitFor(() => expect(said.join("\n")).toContain("Runs are journaled again."), 10_000)

    expect(report.status).toBe("completed")
    expect(said.join("\n")).toContain("Runs go on without their journal")
    expect(whileFull).toMatchObject([{ status: "running" }])
    expect(await track.runs()).toMatchObject([{ status: "completed" }])
    expect(tagsOf(await eventsOf(run)).at(-1)).toBe("RunCompleted")
  })

  test("may fill and processes be killed at any moment: runs come to the same", { timeout: 60_000 }, async ({
    skip,
  }) => {
    const folder = stateFolder()
    const disk = tinyDisk(folder, 1500)
    if (disk === null) return skip(noDisk)

    const killed = await killRuns({
      ...{ runs, kills: 3, seed: 8, folder: join(folder, "killed") },
      ...{ store: disk.store, beforeKill: disk.fill, afterKill: disk.free },
    })

    expect(killed.wrong).toEqual([])
    expect(killed.outcome).toEqual((await unbroken).outcome)
  })
})

describe("a journal whose end is torn", () => {
  test("loses what was written last and no more: runs come to the same", { timeout: 60_000 }, async () => {
    const torn = await killRuns({ runs, kills: 4, seed: 9, folder: stateFolder(), afterKill: tear, forgetful: true })

    expect(torn.wrong).toEqual([])
    expect(torn.outcome).toEqual((await unbroken).outcome)
  })

  test("is read up to the first entry that is damaged, and the run goes on from there", async () => {
    const store = stateFolder()
    const before = shoutingModels("three")
    const track = await startOver(store, { layers: { models: before.layer } })
    const { id } = track.run(three)
    await before.stuck
    await track.close({ leaveRuns: true })
    const database = new DatabaseSync(join(store, "doubletrack.db"))
    const damaged = database
      .prepare("update entries set value = 'x' where collection = 'run_events' and value like '%StepCompleted%two%'")
      .run()
    database.close()
    const said = warnings()
    const models = shoutingModels()
    const again = await startOver(store, { layers: { models: models.layer } })

    const run = again.resume(id)
    const report = await run.result

    expect(damaged.changes).toBe(1)
    expect(said.join("\n")).toContain("The end of the journal of run")
    expect(models.asked()).toEqual(["two", "three"])
    expect(report.status).toBe("completed")
    expect((await eventsOf(run)).map(({ seq }) => seq)).toEqual((await eventsOf(run)).map((_, index) => index))
    expect((await again.runs())[0]).toMatchObject({ status: "completed" })
  })

  test("that is damaged where a run begins is said, and does not hide the other runs", async () => {
    const store = stateFolder()
    const models = shoutingModels("three")
    const track = await startOver(store, { layers: { models: models.layer } })
    const { id } = track.run(three)
    await models.stuck
    await track.run({ name: "other", steps: [step("one")] }).result
    await track.close({ leaveRuns: true })
    const database = new DatabaseSync(join(store, "doubletrack.db"))
    database.prepare("update entries set value = 'x' where collection = 'run_beginnings' and key = ?").run(id)
    database.close()
    const said = warnings()
    const again = await startOver(store)

    const runs = await again.runs()

    expect(runs).toMatchObject([{ workflow: "other", status: "completed" }, { workflow: "three" }])
    expect(said.join("\n")).toContain(`The journal of run ${id} is damaged where the run begins`)
    await expect(again.resume(id).result).rejects.toThrow("cannot be resumed. Start it anew.")
  })
})
