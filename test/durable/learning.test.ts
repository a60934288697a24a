import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { OptimizedExecutor, type WorkflowInput } from "../../src/index.ts"
import { noUsage } from "../../src/Usage.ts"
import { shoutingModels, startOver, stateFolder } from "./durableTrack.ts"

const workflow: WorkflowInput = {
  name: "learns",
  hybrid_config: { mode: "hybrid" },
  steps: [
    {
      name: "sort",
      type: "claude",
      prompt: [{ type: "static", content: "sort {{inputs.topic}}" }],
      signature: {
        instructions: "Sort it.",
        inputs: [{ name: "topic", type: "string" }],
        outputs: [{ name: "side", type: "string" }],
      },
    },
    { name: "wait", type: "claude", prompt: [{ type: "static", content: "wait" }] },
  ],
}

const optimized = Layer.succeed(OptimizedExecutor, {
  readiness: () => Effect.succeed({ programId: "p1", available: true }),
  execute: () => Effect.succeed({ result: { success: true, text: "left" }, usage: noUsage }),
})

/** A run whose first step has ended and taught what it had to teach. */
const interrupted = async (store: string) => {
  const models = shoutingModels("wait")
  const track = await startOver(store, { layers: { models: models.layer, optimized } })
  const { id } = track.run(workflow, { inputs: { topic: "cats" } })
  await models.stuck
  await track.close({ leaveRuns: true })
  return id
}

/** What the experiment has counted once the run is resumed and has ended, and its marks when the run has been deleted. */
const counted = async (store: string, runId: string) => {
  const track = await startOver(store, { layers: { models: shoutingModels().layer, optimized } })
  await track.resume(runId).result
  const [experiment] = await track.experiments()
  return experiment?.tracks.optimized.n
}

const entriesIn = (store: string, change: (database: DatabaseSync) => unknown) => {
  const database = new DatabaseSync(join(store, "doubletrack.db"))
  try {
    return change(database)
  } finally {
    database.close()
  }
}

test("what a step taught is not taught again when its run is resumed", async () => {
  const store = stateFolder()
  const runId = await interrupted(store)

  expect(await counted(store, runId)).toBe(1)
})

test("a step that ended is learned from though its process died before it was", async () => {
  const store = stateFolder()
  const runId = await interrupted(store)
  entriesIn(store, (database) => database.exec("delete from entries where collection like 'experiment%'"))

  expect(await counted(store, runId)).toBe(1)
})

test("feedback finds a step that ended before the process died", async () => {
  const store = stateFolder()
  const runId = await interrupted(store)
  entriesIn(store, (database) => database.exec("delete from entries where collection = 'step_outcomes'"))
  await counted(store, runId)
  const track = await startOver(store)

  const report = await track.feedback({ runId, step: "sort", score: 1 })

  expect(report).toMatchObject({ step: "sort", repeated: false })
})
