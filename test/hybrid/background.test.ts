import { describe, expect, it } from "vitest"
import type { RunOptions } from "../../src/Run.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { aDirectory, aTrack, runOnce } from "./aTrack.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"
import { storedEntries } from "./storedEntries.ts"

const models = scriptedCalls(() => ({
  calls: { prompt: { does: "answers", price: 1 }, program: { does: "answers", price: 1 } },
}))

const wanting: WorkflowInput = {
  ...oneStep(),
  dspy_config: { optimization_enabled: true, collect_training_data: true },
}

const queuedAfter = async (workflow: WorkflowInput, options: RunOptions, given: object = {}) => {
  const store = aDirectory()
  const started = await aTrack({ store, layers: { models }, ...given })
  // The store is there, whatever is queued.
  await started.track.controlExperiment({ workflow: "triage", step: "sort", control: "running" })
  for (let run = 0; run < 3; run += 1) await runOnce(started, workflow, { inputs, ...options })
  return storedEntries(store, "optimization_queue").map(({ value }) => {
    const { step, why, state } = JSON.parse(value)
    return `${step}: ${why}, ${state._tag}`
  })
}

describe("a step without a program", () => {
  it.each(["hybrid", "dspy_optimized"] as const)("asks for one in mode %s, once for all runs", async (mode) => {
    expect(await queuedAfter(wanting, { mode })).toEqual(["sort: no_program, Waiting"])
  })

  it.each<[string, WorkflowInput, RunOptions, object]>([
    ["the mode is traditional", wanting, { mode: "traditional" }, {}],
    ["the kill switch is on", wanting, {}, { environment: { DOUBLETRACK_FORCE: "traditional" } }],
    ["a program serves", wanting, {}, { programs: [sortProgram] }],
    ["a program would serve but for the mode", wanting, { mode: "traditional" }, { programs: [sortProgram] }],
    ["nobody turned optimization on", { ...wanting, dspy_config: { collect_training_data: true } }, {}, {}],
    ["there is nothing to learn from", { ...wanting, dspy_config: { optimization_enabled: true } }, {}, {}],
  ])("asks for none where %s", async (_, workflow, options, given) => {
    expect(await queuedAfter(workflow, options, given)).toEqual([])
  })
})
