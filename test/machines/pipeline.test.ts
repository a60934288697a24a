import { describe, expect, it } from "vitest"
import { createActor, fromPromise } from "xstate"
import type { PipelineInput } from "../../src/PipelineInput.ts"
import { pipelineMachine } from "../../src/machines/pipeline.ts"
import { stepMachine } from "../../src/machines/step.ts"
import type { StepInput } from "../../src/machines/stepContext.ts"
import type { Outcome } from "../../src/Outcome.ts"
import type { RunFact } from "../../src/RunEvent.ts"
import { StepFailure } from "../../src/StepFailure.ts"
import type { StepTask } from "../../src/StepTask.ts"
import { hybridFacts } from "./facts.ts"
import { pipelineInput } from "./pipelineScript.ts"

const noUsage = { tokens: { input: 0, output: 0 }, costUsd: 0 }

/** Runs a pipeline whose traditional track answers with what `answer` makes of the task. */
const runPipeline = async (input: PipelineInput, answer: (task: StepTask) => Partial<Outcome>) => {
  const recorded: Array<RunFact> = []
  const stepInputs: Array<StepInput> = []
  const record = { record: (_: unknown, facts: ReadonlyArray<RunFact>) => recorded.push(...facts) }
  const step = stepMachine.provide({
    actors: {
      gatherFacts: fromPromise(({ input }) => {
        stepInputs.push(input)
        return Promise.resolve({ ...hybridFacts, hasSignature: false })
      }),
      runTraditional: fromPromise<Outcome, StepTask>(({ input: task }) =>
        Promise.resolve({
          _tag: "Answered",
          track: "traditional",
          usage: noUsage,
          latencyMs: 1,
          result: {},
          ...answer(task),
        } as Outcome),
      ),
    },
    actions: record,
  })
  const actor = createActor(pipelineMachine.provide({ actors: { step }, actions: record }), { input })
  await new Promise<void>((resolve, reject) => {
    actor.subscribe({ complete: resolve, error: reject })
    actor.start()
    actor.send({ type: "START" })
  })
  return { output: actor.getSnapshot().output!, recorded, stepInputs, tags: recorded.map(({ _tag }) => _tag) }
}

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
})
