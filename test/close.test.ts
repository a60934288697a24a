import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { Doubletrack, type DoubletrackService, InputError, type WorkflowInput } from "../src/index.ts"

const start = async (node?: string) => {
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    model: "offline/in-context",
    ...(node === undefined ? {} : { node }),
  })
  onTestFinished(() => track.close())
  return track
}

const oneStep: WorkflowInput = {
  name: "one",
  steps: [{ name: "greet", type: "claude", prompt: [{ type: "static", content: "Hello." }] }],
}

const asked: ReadonlyArray<readonly [string, (track: DoubletrackService) => Promise<unknown>]> = [
  ["run", (track) => track.run(oneStep).result],
  ["dryRun", (track) => track.dryRun(oneStep)],
  ["check", (track) => track.check("a.yaml")],
  ["describeModels", (track) => track.describeModels(oneStep)],
  ["evaluate", (track) => track.evaluate(oneStep)],
  ["optimize", (track) => track.optimize(oneStep)],
]

describe("a closed Doubletrack", () => {
  it.each(asked)("refuses %s", async (_, ask) => {
    const track = await start()
    await track.close()

    const refused = await ask(track).catch((error: unknown) => error)

    expect(refused).toBeInstanceOf(InputError)
    expect(String(refused)).toContain("this Doubletrack is closed")
  })

  it("interrupts what it is optimizing, and waits for it", async () => {
    const store = mkdtempSync(join(tmpdir(), "doubletrack-close-"))
    const track = await Doubletrack.start({ environment: {}, model: "offline/in-context", store })
    onTestFinished(() => track.close().then(() => rmSync(store, { recursive: true, force: true })))
    const tags: Array<string> = []
    const begun = new Promise<void>((resolve) => {
      track.systemEvents$.subscribe(({ _tag }) => {
        tags.push(_tag)
        resolve()
      })
    })
    const optimized = track
      .optimize("examples/support-triage/pipeline.yaml", {
        step: "classify",
        optimizer: "bootstrap_few_shot_random_search",
      })
      .catch((error: unknown) => error)
    await begun

    await track.close()

    const refused = await optimized
    expect(refused).toBeInstanceOf(InputError)
    expect(String(refused)).toContain("this Doubletrack is closed")
    expect(tags).not.toContain("ProgramCompiled")
  })

  it("can be closed again, also at once", async () => {
    const track = await start()

    await expect(Promise.all([track.close(), track.close()])).resolves.toBeDefined()
    await expect(track.close()).resolves.toBeUndefined()
  })
})

it("ids of events differ between nodes of one name", async () => {
  const ids: Array<string> = []
  const tracks = await Promise.all([start("host"), start("host")])

  for (let round = 0; round < 20; round += 1) {
    const runs = tracks.map((track) => track.run(oneStep))
    for (const run of runs) run.events$.subscribe(({ id }) => ids.push(id))
    await Promise.all(runs.map(({ result }) => result))
  }

  expect(ids.length).toBeGreaterThan(200)
  expect(new Set(ids).size).toBe(ids.length)
})

it("a run lets the event loop go on, so that it can be cancelled", async () => {
  const track = await start()
  const steps = Array.from({ length: 500 }, (_, index) => ({ ...oneStep.steps[0], name: `greet ${index}` }))
  const [first, ...others] = steps
  if (first === undefined) throw new Error("there are steps")

  const run = track.run({ name: "long", steps: [first, ...others] })
  setImmediate(() => void run.cancel())

  expect((await run.result).status).toBe("cancelled")
})

describe("an optimization", () => {
  it("rejects with the reason of the signal that its caller aborts", async () => {
    const store = mkdtempSync(join(tmpdir(), "doubletrack-abort-"))
    const track = await Doubletrack.start({ environment: {}, model: "offline/in-context", store })
    onTestFinished(() => track.close().then(() => rmSync(store, { recursive: true, force: true })))
    const caller = new AbortController()
    const tags: Array<string> = []
    track.systemEvents$.subscribe(({ _tag }) => {
      if (tags.length === 0) setTimeout(() => caller.abort(new Error("enough")), 1)
      tags.push(_tag)
    })

    const optimized = track.optimize("examples/support-triage/pipeline.yaml", {
      step: "classify",
      optimizer: "bootstrap_few_shot_random_search",
      signal: caller.signal,
    })

    await expect(optimized).rejects.toThrow("enough")
    expect(tags).not.toContain("ProgramCompiled")
  })

  it("leaves timers their turn while the offline model answers", async () => {
    const store = mkdtempSync(join(tmpdir(), "doubletrack-turns-"))
    const track = await Doubletrack.start({ environment: {}, model: "offline/in-context", store })
    onTestFinished(() => track.close().then(() => rmSync(store, { recursive: true, force: true })))
    let ticks = 0
    const everyMs = 10
    const timer = setInterval(() => {
      ticks += 1
    }, everyMs)
    const before = process.cpuUsage()

    await track.optimize("examples/support-triage/pipeline.yaml", {
      step: "classify",
      optimizer: "bootstrap_few_shot_random_search",
    })
    const used = process.cpuUsage(before)
    clearInterval(timer)

    // By the time that it had of the processor, which others may want as well.
    const due = (used.user + used.system) / 1000 / everyMs

    expect(ticks / due).toBeGreaterThan(0.2)
  }, 60_000)
})
