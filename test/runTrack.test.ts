import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it, onTestFinished } from "vitest"
import { Doubletrack, OptimizedExecutor, type WorkflowInput } from "../src/index.ts"
import { noUsage } from "../src/Usage.ts"
import { promptOf, scriptedModels } from "./scriptedModels.ts"

type Executor = (typeof OptimizedExecutor)["Service"]

const ready: Executor["readiness"] = () => Effect.succeed({ programId: "p1", available: true })

const start = async (optimized: Executor) => {
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    settings: { stepTimeoutMs: 20 },
    layers: {
      models: scriptedModels((request) => Effect.succeed(promptOf(request))),
      optimized: Layer.succeed(OptimizedExecutor, optimized),
    },
  })
  onTestFinished(() => track.close())
  return track
}

const oneStep: WorkflowInput = {
  name: "one",
  steps: [
    {
      name: "greet",
      type: "claude",
      prompt: [{ type: "static", content: "Greet {{inputs.whom}}." }],
      signature: {
        instructions: "Greet.",
        inputs: [{ name: "whom", type: "string" }],
        outputs: [{ name: "text", type: "string" }],
      },
    },
  ],
}

const comparing: WorkflowInput = { ...oneStep, hybrid_config: { mode: "evaluation" } }

/** What an executor written in JavaScript can answer. */
const noAnswers: ReadonlyArray<readonly [string, Executor["execute"]]> = [
  ["answers nothing", () => Effect.succeed(undefined as never)],
  ["answers without usage", () => Effect.succeed({ result: { success: true, text: "hi" } } as never)],
  ["answers with no JSON", () => Effect.succeed({ result: { text: () => "hi" }, usage: noUsage } as never)],
  ["interrupts itself", () => Effect.interrupt],
]

describe.each(noAnswers)("an optimized executor that %s", (_, execute) => {
  it("leaves the step to the fallback", async () => {
    const track = await start({ readiness: ready, execute })

    const report = await track.run(oneStep, { mode: "dspy_optimized", inputs: { whom: "Ada" } }).result

    expect(report.status).toBe("completed")
    expect(report.steps[0]).toMatchObject({ assigned: "optimized", executed: "traditional", fellBack: true })
  })

  it("loses a comparison", async () => {
    const track = await start({ readiness: ready, execute })

    const report = await track.run(comparing, { inputs: { whom: "Ada" } }).result

    expect(report.status).toBe("completed")
    expect(report.steps[0]).toMatchObject({ executed: "traditional" })
  })
})

it.each<readonly [string, Executor["readiness"]]>([
  ["never says", () => Effect.never],
  ["says nothing about", () => Effect.succeed(undefined as never)],
])("an optimized executor that %s whether it is ready is not asked", async (_, readiness) => {
  const track = await start({ readiness, execute: () => Effect.die("not to be called") })

  const report = await track.run(oneStep, { mode: "hybrid", inputs: { whom: "Ada" } }).result

  expect(report.steps[0]).toMatchObject({ executed: "traditional", route: { reason: "no_program" } })
})
