import * as Logger from "effect/Logger"
import fc from "fast-check"
import { lastValueFrom, toArray } from "rxjs"
import { describe, expect, it, onTestFinished } from "vitest"
import { Doubletrack } from "../../src/Doubletrack.ts"
import { anyWorkflow } from "../../src/testing/index.ts"

/** What steps of workflows without a fault may fail for, where no program is adopted and a small model answers. */
const faultless = ["invalid_answer", "dspy_unavailable"]

describe("every workflow to test with", () => {
  it("can be run as it is", async () => {
    const track = await Doubletrack.start({
      environment: {},
      store: ":memory:",
      layers: { ambient: Logger.layer([]) },
    })
    onTestFinished(() => track.close())

    await fc.assert(
      fc.asyncProperty(anyWorkflow, async (workflow) => {
        const run = track.run(workflow, { inputs: { message: "Where is my parcel?" } })
        const events = await lastValueFrom(run.events$.pipe(toArray()))
        const { status, error, steps } = await run.result

        expect(status === "completed" || faultless.includes(error?.reason ?? ""), error?.message).toBe(true)
        expect(events.filter(({ _tag }) => _tag === "StepFailed")).toHaveLength(status === "failed" ? 1 : 0)
        expect(steps).toHaveLength(workflow.steps.length)
      }),
      { numRuns: 40 },
    )
  })
})
