import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { OptimizedExecutor, StepFailure } from "../../src/index.ts"
import { noUsage } from "../../src/Usage.ts"
import { worth } from "./judgedTracks.ts"
import { aDirectory, aTrack, only, runOnce } from "./aTrack.ts"
import { inputs, oneStep } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"
import type { Does } from "./scripts.ts"

const program = { success: true, text: "order", outputs: { intent: "order" }, program: "own" }

const started = (
  execute: Effect.Effect<typeof program, StepFailure>,
  { prompt = "answers" as Does, gain = 0.5 } = {},
) =>
  aTrack({
    assessors: [worth({ prompt: 0.5, program: 0.5 + gain })],
    layers: {
      models: scriptedCalls(() => ({ calls: { prompt: { does: prompt, price: 1 } } })),
      optimized: Layer.succeed(OptimizedExecutor, {
        readiness: () => Effect.succeed({ programId: "own", available: true, model: "own/model" }),
        execute: () => Effect.map(execute, (result) => ({ result, usage: noUsage })),
      }),
    },
  })

const writing = oneStep({ quality: [{ assess: "worth" }], output_to_file: "answers/{{inputs.message}}.txt" })

const filesIn = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")]),
  )

describe("the file of a step", () => {
  it.each([
    ["the program's, where it is better", 0.5, "order"],
    ["the prompt's, where that is better", -0.5, "refund"],
  ] as const)("holds the answer that a comparison chose: %s", async (_, gain, text) => {
    const given = await started(Effect.succeed(program), { gain })
    const outputDir = aDirectory()

    const { report, events } = await runOnce(given, writing, { inputs, outputDir })

    expect(only(events, "TracksCompared")).toHaveLength(1)
    expect(filesIn(outputDir)).toEqual({ "money back.txt": text })
    expect(report.steps[0]?.outputFile).toBe(join(outputDir, "answers", "money back.txt"))
  })

  it("holds the prompt's answer after a fallback, and nothing of the program's", async () => {
    const given = await started(Effect.fail(new StepFailure({ reason: "optimization_failed", message: "garbage" })))
    const outputDir = aDirectory()

    const { report } = await runOnce(given, writing, { inputs, outputDir, mode: "dspy_optimized" })

    expect(report.steps[0]).toMatchObject({ executed: "traditional", fellBack: true })
    expect(filesIn(outputDir)).toEqual({ "money back.txt": "refund" })
  })

  it.each(["dspy_optimized", "hybrid"] as const)(
    "that cannot be written fails the step in mode %s, and no other track is tried",
    async (mode) => {
      const given = await started(Effect.succeed(program))
      const outputDir = aDirectory()
      writeFileSync(join(outputDir, "answers"), "a file where a directory is to be")

      const { report, events } = await runOnce(given, writing, { inputs, outputDir, mode })

      expect(report).toMatchObject({ status: "failed", error: { reason: "output_unwritable" } })
      expect(only(events, "StepFellBack")).toEqual([])
      expect(only(events, "StepFailed")).toHaveLength(1)
    },
  )

  it("is not there when a run is cancelled in the middle of a comparison", async () => {
    const calling = Promise.withResolvers<void>()
    const hanging = Effect.andThen(
      Effect.sync(() => calling.resolve()),
      Effect.never,
    )
    const given = await started(hanging)
    const outputDir = aDirectory()
    const run = given.track.run(writing, { inputs, outputDir })
    await calling.promise

    const report = await run.cancel()

    expect(report).toMatchObject({ status: "cancelled", steps: [{ executed: null }] })
    expect(filesIn(outputDir)).toEqual({})
    expect(await given.track.experiments()).toEqual([])
  })
})
