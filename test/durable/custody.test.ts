import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe, expect, test, vi } from "vitest"
import type { RunEvent, WorkflowInput } from "../../src/index.ts"
import { deleteEventsFrom } from "../../src/services/journal/runEntries.ts"
import { promptOf, scriptedModels } from "../scriptedModels.ts"
import { eventsOf, shoutingModels, startOver, stateFolder, tagsOf } from "./durableTrack.ts"
import { edit, inStore } from "./storeEntries.ts"

const step = (name: string) => ({ name, type: "claude", prompt: [{ type: "static", content: name }] }) as const
const two: WorkflowInput = { name: "two", steps: [step("one"), step("two")] }

/** Starts a run whose second step waits until it is let go. */
const waiting = async (store: string, settings = {}) => {
  const asked = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const models = scriptedModels((request) =>
    Effect.gen(function* () {
      if (promptOf(request) === "two") {
        asked.resolve()
        yield* Effect.promise(() => go.promise)
      }
      return "done"
    }),
  )
  const track = await startOver(store, { layers: { models }, settings })
  const run = track.run(two)
  await asked.promise
  return { track, run, go: go.resolve }
}

/** The events of all runs that a store holds. */
const journaled = (store: string): Promise<ReadonlyArray<RunEvent>> =>
  inStore(store, (entries) => entries.list("run_events").map(({ value }) => JSON.parse(Result.getOrThrow(value))))

/** Makes the process that is at a run one of another machine. */
const moveAway = (store: string, runId: string, leaseUntilMs: number) =>
  inStore(store, (entries) => {
    const token = entries.get("run_holders", runId) ?? ""
    edit(entries, "run_processes", token, { place: "elsewhere", host: "elsewhere", leaseUntilMs })
  })

describe("a run of another machine", () => {
  test("is left alone while its lease lasts, and taken over when it is over", async () => {
    const store = stateFolder()
    const { run, go } = await waiting(store, { journal: { leaseMs: 3_600_000 } })
    run.result.catch(() => {})
    const other = await startOver(store, { layers: { models: shoutingModels().layer } })

    await moveAway(store, run.id, Date.now() + 20_000)
    const refusal = await other.resume(run.id).result.catch(String)
    await moveAway(store, run.id, Date.now() - 1)
    const report = await other.resume(run.id).result
    go()

    expect(refusal).toMatch(/under way in process \d+ on elsewhere.* in (19|20) s\./)
    expect(report.status).toBe("completed")
  })

  test("that was taken over records nothing more where it was, and says so", async () => {
    const store = stateFolder()
    const { run, go } = await waiting(store, { journal: { leaseMs: 3_600_000 } })
    await moveAway(store, run.id, 0)
    const other = await startOver(store, { layers: { models: shoutingModels().layer } })
    const there = other.resume(run.id)
    await there.result

    go()
    const refusal = await run.result.catch(String)

    expect(refusal).toContain("another process has taken it over")
    expect(tagsOf(await eventsOf(run))).not.toContain("RunCancelled")
    expect(tagsOf(await eventsOf(there)).filter((tag) => tag === "StepCompleted")).toHaveLength(2)
    expect(await other.runs()).toMatchObject([{ status: "completed" }])
  })
})

describe("cancelling", () => {
  test("ends a run that was interrupted, as an event of its own", async () => {
    const store = stateFolder()
    const { track, run } = await waiting(store)
    await track.close({ leaveRuns: true })
    const other = await startOver(store)

    const answer = await other.cancelRun(run.id)

    expect(answer).toBe("cancelled")
    expect(await other.runs()).toMatchObject([{ status: "cancelled", costUsd: null }])
    await expect(other.cancelRun(run.id)).rejects.toThrow("is cancelled already")
    expect(await other.resume(run.id).result).toMatchObject({ runId: run.id, status: "cancelled" })
  })

  test("gives a run its beginning whose process died before it could", async () => {
    const store = stateFolder()
    const { track, run } = await waiting(store)
    await track.close({ leaveRuns: true })
    await inStore(store, (entries) => deleteEventsFrom(entries, run.id, 0))
    const other = await startOver(store)

    await other.cancelRun(run.id)

    expect(await other.runs()).toMatchObject([{ status: "cancelled", costUsd: 0 }])
    expect((await journaled(store)).map(({ seq, _tag }) => `${seq} ${_tag}`)).toEqual([
      "0 RunStarted",
      "1 RunCancelled",
    ])
  })

  test("asks whoever is at a run, who does it within about a second", async () => {
    const store = stateFolder()
    const { run } = await waiting(store)
    const other = await startOver(store)

    const answer = await other.cancelRun(run.id)
    const report = await run.result

    expect(answer).toBe("asked")
    expect(report.status).toBe("cancelled")
    await vi.waitFor(async () => expect(await other.runs()).toMatchObject([{ status: "cancelled" }]))
  })
})
