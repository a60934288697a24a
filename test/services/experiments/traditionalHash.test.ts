import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { onTestFinished } from "vitest"
import { traditionalHash } from "../../../src/services/experiments/traditionalHash.ts"
import type { StepTask } from "../../../src/StepTask.ts"

const task = (step: Partial<StepTask["step"]> = {}, settings: Partial<StepTask["settings"]> = {}): StepTask => ({
  runId: "run-1",
  workflow: "triage",
  step: { name: "sort", type: "claude", prompt: [{ type: "static", content: "Sort {{inputs.message}}" }], ...step },
  path: "sort",
  scope: { inputs: {}, results: {}, variables: {}, globalVars: {}, run: { id: "run-1", startedAt: "now" } },
  settings: { directory: ".", outputDir: "outputs", strictCompat: false, stepTimeoutMs: 1000, ...settings },
})

const hashesOf = (...tasks: ReadonlyArray<StepTask>) =>
  Effect.map(Effect.forEach(tasks, traditionalHash), (hashes) => new Set(hashes).size).pipe(
    Effect.provide(NodeServices.layer),
  )

it.effect("is another where the prompt, an option or the workflow's preset is another", () =>
  Effect.gen(function* () {
    const different = yield* hashesOf(
      task(),
      task({ prompt: [{ type: "static", content: "Name the intent of {{inputs.message}}" }] }),
      task({ claude_options: { system_prompt: "Be brief." } }),
      task({}, { claudePreset: "production" }),
      task({}, { claudePreset: "chat" }),
    )

    expect(different).toBe(5)
  }),
)

it.effect("is another where a file of the prompt says something else", () =>
  Effect.gen(function* () {
    const directory = mkdtempSync(join(tmpdir(), "doubletrack-hash-"))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const fromFile = task({ prompt: [{ type: "file", path: "prompt.md" }] }, { directory })
    const hash = traditionalHash(fromFile).pipe(Effect.provide(NodeServices.layer))

    writeFileSync(join(directory, "prompt.md"), "Sort it.")
    const before = yield* hash
    writeFileSync(join(directory, "prompt.md"), "Sort it well.")

    expect(yield* hash).not.toBe(before)
  }),
)

it.effect("is the same whatever is routed, judged, spent or asked in between", () =>
  Effect.gen(function* () {
    const same = yield* hashesOf(
      task(),
      task({ quality: ["schema"], budget: { calls: 3 }, condition: "inputs.message", output_to_file: "sorted.txt" }),
      { ...task({ execution_mode: "hybrid", dspy_config: { optimization_enabled: true } }), runId: "run-2" },
      {
        ...task({}, { outputDir: "elsewhere", stepTimeoutMs: 9 }),
        scope: { ...task().scope, inputs: { message: "m" } },
      },
    )

    expect(same).toBe(1)
  }),
)
