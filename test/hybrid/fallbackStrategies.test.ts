import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import type { FallbackStrategy } from "../../src/DspyConfig.ts"
import { OptimizedExecutor } from "../../src/index.ts"
import type { RunOptions } from "../../src/Run.ts"
import { servePrograms } from "../../src/services/programs/servePrograms.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { aDirectory, aTrack, only, runOnce, type TrackOptions } from "./aTrack.ts"
import { givenPrograms, programOf } from "./givenPrograms.ts"
import { ManualClock } from "./ManualClock.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { previousInstructions, scriptedCalls } from "./scriptedCalls.ts"
import type { CallScript, Does } from "./scripts.ts"
import { storedEntries } from "./storedEntries.ts"

const does = (does: Does): CallScript => ({ does, price: 1024 })

const previous = programOf({
  workflow: "triage",
  step: "sort",
  instructions: previousInstructions,
  createdAt: "2025-12-02T03:04:05.000Z",
})

interface Given extends TrackOptions {
  /** What the program does, one call after the other; the last one again and again. */
  readonly program: readonly [Does, ...ReadonlyArray<Does>]
  readonly previous?: Does
}

const started = async ({ program, previous: before = "answers", ...options }: Given) => {
  const clock = new ManualClock("2026-03-04T05:06:07.000Z")
  const left = [...program]
  const models = scriptedCalls(({ track }) => {
    const now = (track === "optimized" && left.length > 1 ? left.shift() : left[0]) ?? "answers"
    return { calls: { prompt: does("answers"), program: does(now), previous: does(before) } }
  })
  const given = await aTrack({ clock, programs: [sortProgram], ...options, layers: { models, ...options.layers } })
  return {
    ...given,
    run: (workflow: WorkflowInput, runOptions: RunOptions = {}) =>
      runOnce(given, workflow, { inputs, mode: "dspy_optimized", ...runOptions }, clock),
  }
}

const falling = (fallback_strategy: FallbackStrategy, step: Partial<WorkflowInput["steps"][0]> = {}) =>
  oneStep({ dspy_config: { fallback_strategy, max_wait_time: 20_000 }, ...step })

describe("a program that cannot answer", () => {
  it.each(["unreachable", "server_error", "babbles", "hangs", "dies"] as const)(
    "and %s leaves the step to the prompt, and says why",
    async (trouble) => {
      const { run } = await started({ program: [trouble] })

      const { report, events } = await run(oneStep())

      expect(report.steps[0]).toMatchObject({ assigned: "optimized", executed: "traditional", fellBack: true })
      const causes = { unreachable: "dspy_unavailable", hangs: "timeout", dies: "defect" } as const
      const reason = { server_error: "optimization_failed", babbles: "optimization_failed", ...causes }[trouble]
      expect(only(events, "StepFellBack")).toMatchObject([{ cause: { reason }, strategy: "traditional" }])
    },
  )

  it.each([
    ["authentication", "authentication"],
    ["bad_request", "configuration"],
    ["budget_exceeded", "budget_exceeded"],
  ] as const)("because of %s fails the step at once, whatever the strategy", async (trouble, reason) => {
    for (const strategy of ["traditional", "cached_best_effort", "wait_and_retry", "schedule_and_execute"] as const) {
      const { run } = await started({ program: [trouble], programs: [previous, sortProgram] })

      const { report, events } = await run(falling(strategy))

      expect(report).toMatchObject({ status: "failed", error: { step: "sort", reason }, totals: { latencyMs: 0 } })
      expect(only(events, "StepFellBack")).toEqual([])
    }
  })

  it.each([
    ["fallback_strategy is error", falling("error"), {}],
    ["fallback_enabled is false", oneStep({}, { fallback_enabled: false }), {}],
    ["the run says so", oneStep(), { fallbackEnabled: false }],
  ])("fails the step where %s", async (_, workflow, options) => {
    const { run } = await started({ program: ["unreachable"] })

    const { report, events } = await run(workflow, options)

    expect(report).toMatchObject({ status: "failed", error: { reason: "dspy_unavailable" } })
    expect(only(events, "StepFellBack")).toEqual([])
  })

  it("falls back where the run turns on what the workflow turns off", async () => {
    const { run } = await started({ program: ["unreachable"] })

    const { report } = await run(oneStep({}, { fallback_enabled: false }), { fallbackEnabled: true })

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true })
  })
})

describe("cached_best_effort", () => {
  it("asks the program that was in use before", async () => {
    const { run } = await started({ program: ["unreachable"], programs: [previous, sortProgram] })

    const { report, events } = await run(falling("cached_best_effort"))

    expect(report.steps[0]).toMatchObject({ executed: "optimized", fellBack: true })
    expect(report.results["sort"]).toMatchObject({ program: previous.id, outputs: { intent: "refund" } })
    expect(only(events, "StepFellBack")).toMatchObject([{ strategy: "cached_best_effort" }])
  })

  it.each([
    ["there is none", [sortProgram], "answers"],
    ["it cannot answer either", [previous, sortProgram], "babbles"],
  ] as const)("asks the prompt where %s", async (_, programs, before) => {
    const { run } = await started({ program: ["unreachable"], programs, previous: before })

    const { report } = await run(falling("cached_best_effort"))

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true })
  })

  it("charges the failure to the program in use, and the rescue with it", async () => {
    const { run, track } = await started({ program: ["babbles"], programs: [previous, sortProgram] })

    await run(falling("cached_best_effort"), { mode: "hybrid", seed: 3, stepModes: { sort: "dspy_optimized" } })
    await run(falling("cached_best_effort", { quality: ["schema"] }), { mode: "hybrid" })

    expect(await track.experiments()).toMatchObject(
      [
        { programId: sortProgram.id, tracks: { optimized: { n: 1, quality: 0 } } },
        { programId: sortProgram.id, tracks: { optimized: { n: 0 } } },
      ].toSorted(() => 0),
    )
  })

  it("asks it once where the step can write", async () => {
    const writes = { claude_options: { allowed_tools: ["Write"] } }
    const { run } = await started({ program: ["unreachable"], programs: [previous, sortProgram], previous: "babbles" })

    const { report, events } = await run(falling("cached_best_effort", writes))

    expect(report).toMatchObject({ status: "failed", error: { reason: "optimization_failed" } })
    expect(only(events, "ModelCalled").filter(({ error }) => error === undefined)).toHaveLength(1)
  })
})

describe("wait_and_retry", () => {
  it("asks the program again until it answers; waiting takes its time", async () => {
    const { run } = await started({ program: ["unreachable", "unreachable", "server_error", "answers"] })

    const { report, events } = await run(falling("wait_and_retry"))

    expect(report.steps[0]).toMatchObject({ executed: "optimized", fellBack: true, latencyMs: 1000 + 2000 + 4000 })
    expect(only(events, "ModelCalled")).toHaveLength(4)
    expect(report.steps[0]?.costUsd).toBe(2 / 1024)
  })

  it.each([
    ["20 s are over, of which the last is left to answer in", 20_000, 19_000],
    ["half a second is over, of which half is left to answer in", 500, 250],
  ])("asks the prompt when %s", async (_, max_wait_time, latencyMs) => {
    const { run } = await started({ program: ["unreachable"] })

    const { report, events } = await run(
      falling("wait_and_retry", { dspy_config: { fallback_strategy: "wait_and_retry", max_wait_time } }),
    )

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true, latencyMs })
    expect(only(events, "ModelCalled").length).toBeGreaterThan(2)
  })

  it("asks the prompt at once where there is nothing to wait", async () => {
    const { run } = await started({ program: ["unreachable"] })
    const impatient = { dspy_config: { fallback_strategy: "wait_and_retry", max_wait_time: 0 } } as const

    const { report } = await run(falling("wait_and_retry", impatient))

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true, latencyMs: 0 })
  })

  it("gives up on a program that hangs when max_wait_time is over", async () => {
    const { run } = await started({ program: ["unreachable", "hangs"] })

    const { report } = await run(falling("wait_and_retry"))

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true, latencyMs: 20_000 })
  })

  it("says that it was max_wait_time where that ends a step that can write", async () => {
    const { run } = await started({ program: ["unreachable", "hangs"] })

    const { report } = await run(falling("wait_and_retry", { claude_options: { allowed_tools: ["Write"] } }))

    const message =
      'step "sort" gave no answer within the 19000 ms that were left of max_wait_time; raise that if it needs longer'
    expect(report).toMatchObject({ status: "failed", error: { reason: "timeout", message } })
  })

  it.each(["authentication", "budget_exceeded"] as const)(
    "ends with %s as soon as that is the trouble",
    async (reason) => {
      const { run } = await started({ program: ["unreachable", reason] })

      const { report } = await run(falling("wait_and_retry"))

      expect(report).toMatchObject({ status: "failed", error: { reason }, totals: { latencyMs: 1000 } })
    },
  )

  it("does not ask again what began to write", async () => {
    const { run } = await started({ program: ["unreachable", "server_error", "answers"] })

    const { report } = await run(falling("wait_and_retry", { claude_options: { allowed_tools: ["Write"] } }))

    expect(report).toMatchObject({ status: "failed", error: { reason: "optimization_failed" } })
    expect(report.totals.latencyMs).toBe(1000)
  })

  it.each([
    ["breaks", Effect.die(new Error("the executor has a bug"))],
    ["never answers", Effect.never],
  ] as const)("asks the prompt where the executor %s when it is asked whether it is back", async (_, word) => {
    const optimized = Layer.effect(
      OptimizedExecutor,
      Effect.map(OptimizedExecutor, (executor) => OptimizedExecutor.of({ ...executor, readiness: () => word })),
    ).pipe(Layer.provide(servePrograms), Layer.provide(givenPrograms([sortProgram])))
    const { run } = await started({ program: ["answers"], layers: { optimized } })

    const { report } = await run(falling("wait_and_retry"))

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true })
    expect(report.steps[0]!.latencyMs).toBeLessThanOrEqual(20_000)
  })
})

describe("schedule_and_execute", () => {
  it("asks the prompt now, and for a compilation once", async () => {
    const store = aDirectory()
    const { run } = await started({ store, program: ["unreachable"] })
    const workflow = {
      ...falling("schedule_and_execute"),
      dspy_config: { optimization_enabled: true, collect_training_data: true },
    }

    const reports = [await run(workflow), await run(workflow), await run(workflow)].map(({ report }) => report)

    expect(reports.map(({ steps: [step] }) => step?.executed)).toEqual(["traditional", "traditional", "traditional"])
    const queued = storedEntries(store, "optimization_queue").map(({ value }) => JSON.parse(value))
    expect(queued).toMatchObject([{ step: "sort", why: "fallback", state: { _tag: "Waiting" } }])
  })
})
