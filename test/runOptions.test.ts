import * as Effect from "effect/Effect"
import { expect, it, onTestFinished } from "vitest"
import { Doubletrack, InputError, type RunOptions, type WorkflowInput } from "../src/index.ts"
import { promptOf, scriptedModels } from "./scriptedModels.ts"

const start = async () => {
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    layers: { models: scriptedModels((request) => Effect.succeed(promptOf(request))) },
  })
  onTestFinished(() => track.close())
  return track
}

const oneStep = (name: string): WorkflowInput => ({
  name: "one",
  steps: [
    {
      name,
      type: "claude",
      prompt: [{ type: "static", content: "Greet {{inputs.topic}}." }],
      signature: {
        instructions: "Greet.",
        inputs: [{ name: "topic", type: "string" }],
        outputs: [{ name: "greeting", type: "string" }],
      },
    },
  ],
})

it.each([
  ["mode", { mode: "hybird" }],
  ["stepModes", { stepModes: { hello: "fast" } }],
  ["inputs", { inputs: ["a"] }],
  ["inputs", { inputs: { amount: 10n } }],
  ["inputs", { inputs: { amount: Number.NaN } }],
  ["seed", { seed: 0.5 }],
  ["model", { model: 5 }],
])("refuses %s that is not what its type says", async (option, options) => {
  const track = await start()

  // What a program in JavaScript, or a request that nobody checked, can hand over.
  const refused = await track.run(oneStep("hello"), options as RunOptions).result.catch((error: unknown) => error)

  expect(refused).toBeInstanceOf(InputError)
  expect(String(refused)).toContain(`["${option}"]`)
})

it.each(["constructor", "toString", "__proto__"])("a step may be called %s", async (name) => {
  const track = await start()

  const report = await track.run(oneStep(name), { mode: "hybrid", inputs: { topic: "Ada" } }).result

  expect(report.status).toBe("completed")
  expect(report.steps[0]).toMatchObject({ name, route: { to: "traditional", reason: "no_program" } })
})
