import { once } from "node:events"
import { appendFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Doubletrack } from "../../../src/Doubletrack.ts"
import { OptimizedExecutor } from "../../../src/services/executors/TrackExecutor.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { type ModelRequest, Models } from "../../../src/services/models/Models.ts"
import { StepFailure } from "../../../src/StepFailure.ts"
import type { KillPlan } from "./KillPlan.ts"
import { optionsOf, workflow } from "./workflow.ts"

/** Carries out the runs of a series that are not done yet: first the one that was interrupted, then the next ones. */

const { store, folder, url, runs, waitMs = 30_000 }: KillPlan = JSON.parse(process.argv[2] ?? "{}")

const usage = { tokens: { input: 10, output: 5 }, costUsd: 0.001 }

const models = Layer.effect(
  Models,
  Effect.map(FactRecorder, (recorder) => ({
    resolve: () => Effect.succeed("served/model"),
    generate: (request: ModelRequest) =>
      Effect.gen(function* () {
        const { runId, ...place } = request.origin
        const text = yield* Effect.promise((signal) => ask(request, signal))
        yield* recorder.record(runId, {
          ...{ _tag: "ModelCalled", ...place, model: request.model, attempt: 1, usage, latencyMs: 1 },
        })
        return { text, model: request.model, usage, finishReason: "stop" }
      }),
  })),
)

const ask = async (request: ModelRequest, signal: AbortSignal): Promise<string> => {
  const { origin, callName = "", messages } = request
  const body = JSON.stringify({ ...origin, prompt: messages.at(-1)?.content })
  const answer = await fetch(url, { method: "POST", headers: { "Idempotency-Key": callName }, body, signal })
  return answer.text()
}

/** A program that asks in its own way, and never knows how to mend. */
const optimized = Layer.effect(
  OptimizedExecutor,
  Effect.map(Models, ({ generate }) => ({
    readiness: () => Effect.succeed({ programId: "p1", available: true }),
    execute: ({ step, runId, path, scope }) =>
      Effect.gen(function* () {
        const index = Number(String(scope.inputs["topic"]).slice(5))
        const content = `Program for ${step.name} on ${String(scope.inputs["topic"])}`
        const origin = { runId, step: step.name, path, track: "optimized" as const }
        const answer = yield* Effect.orDie(
          generate({ model: "served/model", messages: [{ role: "user", content }], origin }),
        )
        if (step.name === "broken" && index % 2 === 1) {
          return yield* new StepFailure({ reason: "optimization_failed", message: "no idea", usage: answer.usage })
        }
        return { result: { success: true, text: answer.text, outputs: { side: answer.text } }, usage: answer.usage }
      }),
  })),
)

// It is loaded while the one before it is still at work.
await once(process.stdin, "data")
process.stdin.destroy()
const track = await Doubletrack.start({
  environment: {},
  store,
  resumeInterrupted: false,
  settings: { outputDir: join(folder, "outputs"), journal: { waitMs } },
  layers: { models, optimized },
  stepTypes: [
    {
      type: "tally",
      run: async ({ inputs }) => {
        appendFileSync(join(folder, "tally.txt"), `${String(inputs["topic"])}\n`)
        return "tallied"
      },
    },
  ],
})
const known = await track.runs()
for (const { runId } of known.filter(({ status }) => status === "interrupted")) await track.resume(runId).result
for (let index = known.length; index < runs; index++) await track.run(workflow, optionsOf(index)).result
await track.close()
