import { describe, expect, it } from "vitest"
import { createActor, fromPromise } from "xstate"
import type { PipelineInput } from "../../src/PipelineInput.ts"
import { pipelineMachine } from "../../src/machines/pipeline.ts"
import { stepMachine } from "../../src/machines/step.ts"
import type { StepInput } from "../../src/machines/stepContext.ts"
import type { Outcome } from "../../src/Outcome.ts"
import type { RunFact } from "../../src/RunEvent.ts"
import { StepFailure } from "../../src/StepFailure.ts"
import { defaultRoutingPolicy } from "../../src/RoutingPolicy.ts"
import type { StepTask } from "../../src/StepTask.ts"
import { hybridFacts } from "../../src/testing/hybridFacts.ts"
import { pipelineInput } from "./pipelineScript.ts"

/** Runs a pipeline whose traditional track answers with what `answer` makes of the task; null: never. */
const runPipeline = async (input: PipelineInput, answer: (task: StepTask) => Partial<Outcome> | null) => {
  const recorded: Array<RunFact> = []
  const stepInputs: Array<StepInput> = []
  const record = { record: (_: unknown, facts: ReadonlyArray<RunFact>) => recorded.push(...facts) }
  const step = stepMachine.provide({
    actors: {
      gatherFacts: fromPromise(({ input }) => {
        stepInputs.push(input)
        return Promise.resolve({ ...hybridFacts, hasSignature: false })
      }),
      runTraditional: fromPromise<Outcome, StepTask>(({ input: task }) => {
        const answered = answer(task)
        if (answered !== null) return Promise.resolve({ ...anAnswer, ...answered } as Outcome)
        queueMicrotask(() => actor.send({ type: "CANCEL" }))
        return new Promise(() => {})
      }),
    },
    actions: record,
  })
  const actor = createActor(pipelineMachine.provide({ actors: { step }, actions: record }), { input })
  await new Promise<void>((resolve, reject) => {
    actor.subscribe({ complete: resolve, error: reject })
    actor.start()
    actor.send({ type: "START" })
  })
  return {
    output: actor.getSnapshot().output!,
    state: actor.getSnapshot().value,
    recorded,
    stepInputs,
    tags: recorded.map(({ _tag }) => _tag),
    end: recorded.at(-1),
  }
}

const usage = { tokens: { input: 10, output: 5 }, costUsd: 0.25 }
const anAnswer = { _tag: "Answered", track: "traditional", usage, latencyMs: 7, result: {} } as const

const failure = new StepFailure({ reason: "model_failed", message: "no answer" })

describe("the pipeline machine", () => {
  it("runs the steps in order and shows each the results and variables of those before it", async () => {
    const seen: Array<unknown> = []

    await runPipeline(pipelineInput(["one", "two", "three"]), ({ step, scope }) => {
      seen.push({ step: step.name, results: scope.results, variables: scope.variables })
      return { result: { text: step.name }, variables: { [step.name]: true } }
    })

    expect(seen).toEqual([
      { step: "one", results: {}, variables: {} },
      { step: "two", results: { one: { text: "one" } }, variables: { one: true } },
      { step: "three", results: { one: { text: "one" }, two: { text: "two" } }, variables: { one: true, two: true } },
    ])
  })

  it("stops at the first failure and keeps what was answered before it", async () => {
    const { output, tags } = await runPipeline(pipelineInput(["one", "two", "three"]), ({ step }) =>
      step.name === "two" ? { _tag: "Unanswered", failure } : { result: { text: step.name } },
    )

    expect(output).toEqual({ results: { one: { text: "one" } }, failed: { step: "two", failure } })
    expect(tags.filter((tag) => tag === "StepStarted")).toHaveLength(2)
    expect(tags.at(-1)).toBe("RunFailed")
  })

  it("goes on after a step that is skipped, which later steps can ask for", async () => {
    const input = pipelineInput(["one", "two"])
    const [one, ...rest] = input.workflow.steps

    const { output } = await runPipeline(
      { ...input, workflow: { ...input.workflow, steps: [{ ...one, condition: false }, ...rest] } },
      ({ step }) => ({ result: { text: step.name } }),
    )

    expect(output.results).toEqual({
      one: { success: true, skipped: true, reason: "Condition not met: false" },
      two: { text: "two" },
    })
  })

  it("hands each step what was said about its mode", async () => {
    const { stepInputs } = await runPipeline(
      pipelineInput(["one", "two"], { mode: "dspy_optimized", stepModes: { two: "traditional" } }),
      () => ({}),
    )

    expect(stepInputs.map(({ modes }) => modes)).toMatchObject([
      { run: "dspy_optimized", stepOverride: undefined },
      { run: "dspy_optimized", stepOverride: "traditional" },
    ])
  })

  it("reports the run's own mode, and the kill switch where it is on", async () => {
    const plain = await runPipeline(pipelineInput(["one"], { mode: "hybrid" }), () => ({}))
    const killed = await runPipeline(pipelineInput(["one"], { mode: "hybrid", killSwitch: true }), () => ({}))

    expect(plain.recorded[0]).toMatchObject({ _tag: "RunStarted", mode: "hybrid", modeSource: "run" })
    expect(killed.recorded[0]).toMatchObject({ _tag: "RunStarted", mode: "traditional", modeSource: "kill_switch" })
  })

  it("hands each step what the workflow says about routing and falling back, and whom the run is for", async () => {
    const input = pipelineInput(["one", "two"], { unit: "customer-7", fallbackEnabled: false })
    const hybrid_config = { performance_threshold: 0.3, guardrails: { cost_ratio: 4 } }

    const { stepInputs } = await runPipeline({ ...input, workflow: { ...input.workflow, hybrid_config } }, () => ({}))

    for (const { routing, fallback, unit } of stepInputs) {
      expect(routing).toEqual({
        ...defaultRoutingPolicy,
        threshold: 0.3,
        guardrails: { ...defaultRoutingPolicy.guardrails, costRatio: 4 },
      })
      expect(fallback.enabled).toBe(false)
      expect(unit).toBe("customer-7")
    }
  })

  it("tells each step which ones come after it", async () => {
    const { stepInputs } = await runPipeline(pipelineInput(["one", "two", "three"]), () => ({}))

    expect(stepInputs.map(({ task }) => task.laterSteps)).toEqual([["two", "three"], ["three"], []])
  })

  it("adds up what its steps cost and how long they took", async () => {
    const { end } = await runPipeline(pipelineInput(["one", "two"]), () => ({}))

    expect(end).toEqual({
      _tag: "RunCompleted",
      usage: { tokens: { input: 20, output: 10 }, costUsd: 0.5 },
      latencyMs: 14,
    })
  })

  it("counts what a failed step had cost", async () => {
    const { end } = await runPipeline(pipelineInput(["one", "two"]), ({ step }) =>
      step.name === "two" ? { _tag: "Unanswered", failure } : {},
    )

    expect(end).toMatchObject({ _tag: "RunFailed", step: "two", reason: "model_failed", usage: { costUsd: 0.5 } })
  })

  it("stops in the step that is cancelled, whose open call has a price that nobody knows", async () => {
    const { state, end, tags } = await runPipeline(pipelineInput(["one", "two", "three"]), ({ step }) =>
      step.name === "two" ? null : {},
    )

    expect(state).toBe("cancelled")
    expect(tags.filter((tag) => tag === "StepStarted")).toHaveLength(2)
    expect(end).toEqual({
      _tag: "RunCancelled",
      step: "two",
      usage: { tokens: { input: 10, output: 5 }, costUsd: null },
      latencyMs: 7,
    })
  })

  it("fails at a step whose machine breaks, and names it", async () => {
    const step = stepMachine.provide({
      actors: { gatherFacts: fromPromise(() => new Promise(() => {})) },
      actions: {
        record: () => {
          throw new Error("the journal is full")
        },
      },
    })
    const recorded: Array<RunFact> = []
    const record = { record: (_: unknown, facts: ReadonlyArray<RunFact>) => recorded.push(...facts) }
    const actor = createActor(pipelineMachine.provide({ actors: { step }, actions: record }), {
      input: pipelineInput(["one", "two"]),
    })

    actor.start()
    actor.send({ type: "START" })

    expect(actor.getSnapshot().value).toBe("failed")
    expect(recorded.at(-1)).toMatchObject({
      _tag: "RunFailed",
      step: "one",
      reason: "defect",
      message: "the journal is full",
    })
  })
})
