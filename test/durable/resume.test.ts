import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { InputError, OptimizedExecutor, type ResumedRun, type Run, type WorkflowInput } from "../../src/index.ts"
import { deleteEventsFrom } from "../../src/services/journal/runEntries.ts"
import { noUsage } from "../../src/Usage.ts"
import { eventsOf, shoutingModels, startOver, stateFolder, tagsOf } from "./durableTrack.ts"
import { inStore } from "./storeEntries.ts"

const step = (name: string, prompt: string) =>
  ({ name, type: "claude", prompt: [{ type: "static", content: prompt }] }) as const

const three: WorkflowInput = {
  name: "three",
  steps: [
    step("first", "one {{inputs.topic}}"),
    { name: "note", type: "set_variable", variables: { seen: "{{steps.first.text}}" } },
    step("second", "two {{variables.seen}}"),
    step("third", "three {{steps.second.text}}"),
  ],
}
const inputs = { topic: "cats" }

const sorting: WorkflowInput = {
  name: "sorting",
  hybrid_config: { mode: "hybrid" },
  steps: [
    {
      ...step("sort", "sort {{inputs.topic}}"),
      signature: {
        instructions: "Sort it.",
        inputs: [{ name: "topic", type: "string" }],
        outputs: [{ name: "side", type: "string" }],
      },
    },
  ],
}

/** An optimized track that answers at once and for nothing. */
const program = (programId: string) =>
  Layer.succeed(OptimizedExecutor, {
    readiness: () => Effect.succeed({ programId, available: true }),
    execute: () => Effect.succeed({ result: { success: true, text: "left" }, usage: noUsage }),
  })

/** Starts a run that gets stuck in the step whose prompt holds the word, and leaves it there. */
const interrupted = async (store: string, workflow: WorkflowInput, stuckAt: string) => {
  const models = shoutingModels(stuckAt)
  const track = await startOver(store, { layers: { models: models.layer } })
  const run = track.run(workflow, { inputs, seed: 1 })
  await models.stuck
  await track.close({ leaveRuns: true })
  return { id: run.id, models }
}

describe("a run that was interrupted", () => {
  test("goes on from the step that was under way, and comes to what it would have come to", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, three, "two")
    const models = shoutingModels()
    const track = await startOver(store, { layers: { models: models.layer } })

    const run = track.resume(id)
    const report = await run.result

    const unbroken = await startOver(stateFolder(), { layers: { models: shoutingModels().layer } })
    const expected = await unbroken.run(three, { inputs, seed: 1 }).result
    expect(models.asked()).toEqual(["two ONE CATS", "three TWO ONE CATS"])
    expect(report.results).toEqual(expected.results)
    expect(report.totals.costUsd).toBe(expected.totals.costUsd)
    expect(report.steps.map(({ route: _, ...rest }) => ({ ...rest, latencyMs: 0 }))).toEqual(
      expected.steps.map(({ route: _, ...rest }) => ({ ...rest, latencyMs: 0 })),
    )
  })

  test("shows its whole history, numbered without gaps, with one end", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, three, "two")
    const track = await startOver(store, { layers: { models: shoutingModels().layer } })

    const run = track.resume(id)
    await run.result

    const events = await eventsOf(run)
    expect(tagsOf(events)).toEqual([
      ...["RunStarted", "StepStarted", "StepRouted", "ModelCalled", "StepCompleted"],
      ...["StepStarted", "StepRouted", "StepCompleted", "StepStarted", "StepRouted"],
      ...["RunResumed", "StepStarted", "StepRouted", "ModelCalled", "StepCompleted"],
      ...["StepStarted", "StepRouted", "ModelCalled", "StepCompleted", "RunCompleted"],
    ])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
    expect(events.find(({ _tag }) => _tag === "RunResumed")).toMatchObject({ step: "second", stepsDone: 2, attempt: 2 })
    expect(JSON.stringify(events)).not.toContain("CATS")
  })

  test("makes the call that was under way again under the name that it had", async () => {
    const store = stateFolder()
    const { id, models: before } = await interrupted(store, three, "two")
    const models = shoutingModels()
    const track = await startOver(store, { layers: { models: models.layer } })

    await track.resume(id).result

    const names = [...before.requests, ...models.requests].map(({ callName }) => callName)
    expect(names[1]).toBe(names[2])
    expect(new Set(names).size).toBe(3)
  })

  test("goes on by itself with the next start", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, three, "two")
    const resumed = Promise.withResolvers<Run>()

    const layers = { models: shoutingModels().layer }
    const track = await startOver(store, { layers, resumeInterrupted: true, onResume: resumed.resolve })
    const run = await resumed.promise

    expect(run.id).toBe(id)
    expect((await run.result).status).toBe("completed")
    expect(await track.runs()).toMatchObject([{ runId: id, status: "completed" }])
  })

  test("can be interrupted again and again", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, three, "one")
    for (const stuckAt of ["one", "two", "three", "three"]) {
      const models = shoutingModels(stuckAt)
      const track = await startOver(store, { layers: { models: models.layer } })
      track.resume(id).result.catch(() => {})
      await models.stuck
      await track.close({ leaveRuns: true })
    }
    const track = await startOver(store, { layers: { models: shoutingModels().layer } })

    const run = track.resume(id)
    const { status, totals } = await run.result

    expect({ status, costUsd: totals.costUsd }).toEqual({ status: "completed", costUsd: 0.003 })
    expect((await eventsOf(run)).findLast(({ _tag }) => _tag === "RunResumed")).toMatchObject({ attempt: 6 })
  })

  test("takes the route that it had taken, whatever is decided since", async () => {
    const store = stateFolder()
    const models = shoutingModels("sort")
    const track = await startOver(store, { layers: { models: models.layer, optimized: program("p1") } })
    const run = track.run(sorting, { inputs })
    await models.stuck
    await track.controlExperiment({ workflow: "sorting", step: "sort", control: "pinned_traditional" })
    await track.close({ leaveRuns: true })
    const layers = { models: shoutingModels().layer, optimized: program("p1") }
    const again = await startOver(store, { layers })

    const resumed = await again.resume(run.id).result
    const fresh = await again.run(sorting, { inputs }).result

    expect(resumed.steps).toMatchObject([{ route: { to: "comparing" }, assigned: "both", executed: "optimized" }])
    expect(fresh.steps).toMatchObject([{ route: { to: "traditional", reason: "pinned" } }])
  })

  test("is routed anew where the program is another by now, or the kill switch is on", async () => {
    const routes = async (programId: string, environment: Record<string, string>) => {
      const store = stateFolder()
      const models = shoutingModels("sort")
      const track = await startOver(store, { layers: { models: models.layer, optimized: program("p1") } })
      const run = track.run(sorting, { inputs })
      await models.stuck
      await track.close({ leaveRuns: true })
      const layers = { models: shoutingModels().layer, optimized: program(programId) }
      const again = await startOver(store, { environment, layers })
      const resumed = again.resume(run.id)
      await resumed.result
      return (await eventsOf(resumed)).flatMap((event) => (event._tag === "StepRouted" ? [event.route] : []))
    }

    const [replaced, killed] = await Promise.all([routes("p2", {}), routes("p1", { DOUBLETRACK_FORCE: "traditional" })])

    expect(replaced).toMatchObject([{ facts: { programId: "p1" } }, { facts: { programId: "p2" } }])
    expect(killed).toMatchObject([{ to: "comparing" }, { to: "traditional", reason: "kill_switch" }])
  })
})

describe("a run that has ended", () => {
  const told = async (run: ResumedRun) => ({
    report: await run.result,
    events: await eventsOf(run),
    hadEnded: await run.hadEnded,
  })

  test("is told again where it is resumed, and nothing is run", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, three, "two")
    const first = await startOver(store, { layers: { models: shoutingModels().layer } })
    const before = await told(first.resume(id))
    await first.close()
    const models = shoutingModels()
    const second = await startOver(store, { layers: { models: models.layer } })

    const after = await told(second.resume(id))
    const cancelled = await second.resume(id).cancel()

    expect(before.hadEnded).toBe(false)
    expect(after).toEqual({ ...before, hadEnded: true })
    expect(cancelled).toEqual(before.report)
    expect(models.requests).toEqual([])
    expect(await second.runs()).toMatchObject([{ runId: id, status: "completed" }])
  })

  test("is not told where a step of it is to be retried, or where its journal has lost its end", async () => {
    const store = stateFolder()
    const track = await startOver(store, { layers: { models: shoutingModels().layer } })
    const { runId } = await track.run({ name: "one", steps: [step("only", "x")] }).result

    const retried = await track.resume(runId, { retry: "only" }).result.catch(String)
    await inStore(store, (entries) => deleteEventsFrom(entries, runId, 2))
    const torn = await track.resume(runId).result.catch(String)

    expect(retried).toContain("has ended: it is completed, so there is nothing to retry. Start it anew.")
    expect(torn).toContain("has ended: it is completed, but its journal cannot be read to the end. Start it anew.")
  })
})

describe("a run cannot be resumed", () => {
  test("that is not there, or is under way", async () => {
    const store = stateFolder()
    const models = shoutingModels("two")
    const track = await startOver(store, { layers: { models: models.layer } })
    const running = track.run(three, { inputs })
    await models.stuck
    const other = await startOver(store, { layers: { models: shoutingModels().layer } })

    const refusals = await Promise.all(
      ["run-none", running.id].map((id) => other.resume(id).result.catch((error: unknown) => error)),
    )

    expect(refusals.every((refusal) => refusal instanceof InputError)).toBe(true)
    expect(refusals.map(String)).toEqual([
      expect.stringContaining("There is no run run-none"),
      expect.stringContaining(`is under way in process ${process.pid}`),
    ])
    expect((await running.cancel()).status).toBe("cancelled")
  })
})

describe("a step that may have changed something", () => {
  const send = { ...step("send", "send {{inputs.topic}}"), claude_options: { allowed_tools: ["Bash"] } }
  const report = step("report", "say {{steps.send}}")
  const writing: WorkflowInput = { name: "writing", steps: [send, report] }

  test("leaves the run in doubt, which says what to do", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, { ...writing, steps: [{ ...send, name: "send it" }, report] }, "send")
    const track = await startOver(store, { layers: { models: shoutingModels().layer } })

    const refusal = await track.resume(id).result.catch(String)

    expect(await track.runs()).toMatchObject([{ runId: id, status: "in_doubt" }])
    expect(refusal).toMatch(/in doubt: it was interrupted in step "send it".* --retry 'send it' .* --skip 'send it' /)
    await expect(track.resume(id, { retry: "report" }).result).rejects.toThrow('goes on with step "send it"')
  })

  test("runs again where a person says so", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, writing, "send")
    const models = shoutingModels()
    const track = await startOver(store, { layers: { models: models.layer } })

    const report = await track.resume(id, { retry: "send" }).result

    expect(report.status).toBe("completed")
    expect(models.asked()[0]).toBe("send cats")
  })

  test("is passed by where a person says so, which the run shows", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, writing, "send")
    const models = shoutingModels()
    const track = await startOver(store, { layers: { models: models.layer } })

    const report = await track.resume(id, { skip: "send" }).result

    expect(report).toMatchObject({ status: "completed", steps: [{ name: "send", skipped: true }, { name: "report" }] })
    expect(report.results["send"]).toMatchObject({ reason: "skipped by hand after an interruption" })
    expect(models.asked()).toHaveLength(1)
  })

  test("is not resumed by itself", async () => {
    const store = stateFolder()
    const { id } = await interrupted(store, writing, "send")
    const models = shoutingModels()

    const track = await startOver(store, { layers: { models: models.layer }, resumeInterrupted: true })
    await track.close()

    const after = await startOver(store)
    expect(await after.runs()).toMatchObject([{ runId: id, status: "in_doubt" }])
    expect(models.requests).toEqual([])
  })
})
