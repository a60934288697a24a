import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { filter, firstValueFrom } from "rxjs"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { Doubletrack, type WorkflowInput } from "../../src/index.ts"
import { eventsOf, shoutingModels, startOver, stateFolder } from "./durableTrack.ts"
import { edit, inStore } from "./storeEntries.ts"

const step = (name: string) => ({ name, type: "claude", prompt: [{ type: "static", content: name }] }) as const
const two: WorkflowInput = { name: "two", steps: [step("one"), step("two")] }

const interrupted = async (store: string, workflow: string | WorkflowInput = two, options = {}) => {
  const models = shoutingModels("two")
  const track = await startOver(store, { layers: { models: models.layer }, ...options })
  const run = track.run(workflow)
  await models.stuck
  await track.close({ leaveRuns: true })
  return run.id
}

const yaml = (first: string, mode: string) => `
workflow:
  name: two
  hybrid_config: { mode: ${mode} }
  steps:
    - { name: one, type: claude, prompt: "${first}" }
    - { name: two, type: claude, prompt: "two {{steps.one.text}}" }
`

describe("resuming", () => {
  test("names what the workflow's file says otherwise by now, and goes on as the run was begun", async () => {
    const folder = stateFolder()
    const file = join(folder, "two.yaml")
    writeFileSync(file, yaml("one", "traditional"))
    const id = await interrupted(join(folder, "state"), file)
    writeFileSync(file, `${yaml("uno", "hybrid")}    - { name: three, type: claude, prompt: "three" }\n`)
    const models = shoutingModels()
    const track = await startOver(join(folder, "state"), { layers: { models: models.layer } })

    const run = track.resume(id)
    const report = await run.result

    const resumed = (await eventsOf(run)).find(({ _tag }) => _tag === "RunResumed")
    expect(resumed).toMatchObject({ changed: ["one", "three", "hybrid_config"] })
    expect(models.asked()).toEqual(["two ONE"])
    expect(report.steps.map(({ name }) => name)).toEqual(["one", "two"])
  })

  test("finds files and writes them where the run was begun", async () => {
    const folder = stateFolder()
    const here = process.cwd()
    onTestFinished(() => process.chdir(here))
    mkdirSync(join(folder, "elsewhere"))
    writeFileSync(join(folder, "prompt.txt"), "the prompt")
    process.chdir(folder)
    const id = await interrupted(join(folder, "state"), {
      name: "files",
      steps: [
        step("two"),
        { name: "file", type: "claude", prompt: [{ type: "file", path: "prompt.txt" }], output_to_file: "a.txt" },
      ],
    })
    process.chdir(join(folder, "elsewhere"))
    const track = await startOver(join(folder, "state"), { layers: { models: shoutingModels().layer } })

    const report = await track.resume(id).result

    expect(report.status).toBe("completed")
    expect(readFileSync(join(folder, "outputs", "a.txt"), "utf8")).toBe("THE PROMPT")
  })

  test("refuses what a later release has journaled, and what this process cannot run", async () => {
    const store = stateFolder()
    const newer = await interrupted(store)
    await inStore(store, (entries) => edit(entries, "runs", newer, { v: 2 }))
    const stepTypes = [{ type: "mine", run: async () => "mine" }]
    const mine = await interrupted(
      store,
      { name: "mine", steps: [step("two"), { name: "own", type: "mine" }] },
      { stepTypes },
    )
    const track = await startOver(store, { layers: { models: shoutingModels().layer } })

    await expect(track.resume(newer).result).rejects.toThrow("was journaled by a later release: in version 2")
    await expect(track.resume(mine).result).rejects.toThrow('step type "mine" is not known')
    expect(await track.runs()).toMatchObject([{ runId: mine, status: "interrupted" }])
  })

  test("says that another model answers than when the run was begun", async () => {
    const store = stateFolder()
    const begun = await Doubletrack.start({
      ...{ environment: {}, store, model: "offline/in-context", resumeInterrupted: false },
      stepTypes: [{ type: "stuck", run: () => new Promise<never>(() => {}) }],
    })
    const run = begun.run({ name: "w", steps: [{ name: "wait", type: "stuck" }, step("two")] })
    await firstValueFrom(run.events$.pipe(filter(({ _tag }) => _tag === "StepRouted")))
    await begun.close({ leaveRuns: true })
    const said = vi.spyOn(console, "error").mockImplementation(() => {})
    const stepTypes = [{ type: "stuck", run: async () => "done" }]
    const track = await startOver(store, { layers: { models: shoutingModels().layer }, stepTypes })

    const report = await track.resume(run.id).result

    expect(report.status).toBe("completed")
    expect(said.mock.calls.join("\n")).toContain(
      'step "two" is answered by scripted/model now; it was offline/in-context when the run was begun',
    )
  })

  test("counts what the run had used up before", async () => {
    const store = stateFolder()
    const steps = [step("one"), step("two"), step("three")] as const
    const id = await interrupted(store, { name: "three", steps, hybrid_config: { budget: { run: { calls: 2 } } } })
    const track = await startOver(store, { layers: { models: shoutingModels().layer } })

    const report = await track.resume(id).result

    expect(report).toMatchObject({ status: "failed", error: { step: "three", reason: "budget_exceeded" } })
  })

  test("by itself ends after the processes of a run have died again and again; those that left it do not count", async () => {
    const store = stateFolder()
    const id = await interrupted(store)
    const said = vi.spyOn(console, "error").mockImplementation(() => {})
    const attempts: Array<string> = []
    const attempt = async (end: "left" | "died") => {
      const models = shoutingModels("two")
      const track = await Doubletrack.start({ environment: {}, store, layers: { models: models.layer } })
      const refused = vi.waitFor(() => expect(said.mock.calls.join("\n")).toContain("died 4 times in a row"))
      attempts.push(await Promise.any([models.stuck.then(() => "resumed"), refused.then(() => "left alone")]))
      await track.close()
      if (end === "died") await die(store, id)
    }

    await die(store, id)
    for (const end of ["died", "left", "died", "left", "died", "left"] as const) await attempt(end)

    expect(attempts).toEqual(["resumed", "resumed", "resumed", "resumed", "resumed", "left alone"])
    const track = await startOver(store)
    expect(await track.runs()).toMatchObject([{ runId: id, status: "interrupted" }])
  })
})

/** Makes it so that the process that was at a run died. */
const die = (store: string, runId: string) =>
  inStore(store, (entries) => {
    const token = entries.get("run_holders", runId) ?? ""
    const process = { token, host: "here", pid: 1, place: "here", bornAt: null, leaseUntilMs: 0 }
    entries.put("run_processes", token, JSON.stringify(process))
  })

describe("old runs", () => {
  test("leave with all that was kept of them; those that can be resumed stay", async () => {
    const store = stateFolder()
    const waiting = await interrupted(store)
    const settings = { journal: { keepRuns: 2 } }
    const track = await startOver(store, { layers: { models: shoutingModels().layer }, settings })
    const ended: Array<string> = []
    for (const name of ["a", "b", "c", "d"]) ended.push((await track.run({ name, steps: [step("one")] }).result).runId)
    await track.close()

    // Each process looks once, after its first run.
    const later = await startOver(store, { layers: { models: shoutingModels().layer }, settings })
    const { runId } = await later.run({ name: "e", steps: [step("one")] }).result
    await vi.waitFor(async () =>
      expect((await later.runs()).map((run) => run.runId)).toEqual([runId, ended[3], waiting]),
    )

    const left = await inStore(store, (entries) =>
      ["runs", "run_beginnings", "run_events", "run_holders"].map((collection) =>
        entries.list(collection).filter(({ key }) => ended.slice(0, 3).some((id) => key.startsWith(id))),
      ),
    )
    expect(left).toEqual([[], [], [], []])
  })

  test("are not kept where the journal is off", async () => {
    const store = stateFolder()
    const settings = { journal: { enabled: false } }
    const track = await startOver(store, { layers: { models: shoutingModels().layer }, settings })

    const report = await track.run(two).result

    expect(report.status).toBe("completed")
    expect(await track.runs()).toEqual([])
  })
})
