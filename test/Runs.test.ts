import { expect, test, vi } from "vitest"
import { InputError } from "../src/InputError.ts"
import type { RunEvent } from "../src/RunEvent.ts"
import { Runs } from "../src/Runs.ts"
import { noUsage } from "../src/Usage.ts"
import { pipelineInput } from "./machines/pipelineScript.ts"

const completed = { _tag: "RunCompleted", usage: noUsage, latencyMs: 1 } as const

test("a run that another process takes over while it is made ready does nothing here, and says whose it is", async () => {
  const kept: Array<RunEvent> = []
  const ended = Promise.withResolvers<null>()
  const cancel = vi.fn(() => ended.resolve(null))
  const runs: Runs = new Runs({
    newRunId: () => "run-1",
    stamp: (runId, workflow, seq) => ({
      ...{ v: 1, id: `${runId}-${seq}`, scope: "run", runId, workflow, seq },
      ...{ at: "2026-01-01T00:00:00.000Z", node: "node" },
    }),
    eventContent: true,
    onEvent: () => {},
    journal: {
      append: (event, done) => {
        kept.push(event)
        done()
      },
    },
    prepare: async ({ owner }) => {
      owner.onLost()
      return { input: pipelineInput(["a"]), history: [], first: { type: "START" } }
    },
    prepareAgain: () => Promise.reject(new Error("not asked for")),
    prepareTaken: () => Promise.reject(new Error("not asked for")),
    startPipeline: ({ input }) => {
      runs.log(input.runId)?.record(completed)
      return { ended: ended.promise, cancel }
    },
    settled: async () => {},
  })

  const problem = await runs.start("w.yaml", {}).result.catch((error: unknown) => error)

  expect(problem).toBeInstanceOf(InputError)
  expect(String(problem)).toContain("no longer this process's")
  expect(cancel).toHaveBeenCalledOnce()
  expect(kept).toEqual([])
})
