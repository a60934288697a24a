import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { lastValueFrom, toArray } from "rxjs"
import { describe, expect, it, onTestFinished } from "vitest"
import { OptimizedExecutor, StepFailure, type WorkflowInput } from "../../src/index.ts"
import { testDoubletrack, type TestDoubletrackOptions } from "../../src/testing/testDoubletrack.ts"
import { noUsage } from "../../src/Usage.ts"

const start = async (options: TestDoubletrackOptions = {}) => {
  const started = await testDoubletrack(options)
  onTestFinished(() => started.track.close())
  return started
}

const sorting: WorkflowInput = {
  name: "sorting",
  steps: [
    {
      name: "sort",
      type: "claude",
      signature: {
        instructions: "",
        inputs: [{ name: "message", type: "string" }],
        outputs: [{ name: "label", type: "string" }],
      },
      prompt: [{ type: "static", content: "Sort {{inputs.message}}" }],
    },
  ],
}

const inputs = { message: "a lamp" }

/** An optimized track that does what the script says next. */
const scripted = (answer: () => Effect.Effect<string, StepFailure>) =>
  Layer.succeed(OptimizedExecutor, {
    readiness: () => Effect.succeed({ programId: "p1", available: true }),
    execute: () => Effect.map(Effect.suspend(answer), (text) => ({ result: { success: true, text }, usage: noUsage })),
  })

const unavailable = new StepFailure({ reason: "dspy_unavailable", message: "no worker" })

describe("a Doubletrack for tests", () => {
  it("writes the same events twice, ids and times included", async () => {
    const events = async () => {
      const { track } = await start({ seed: 3 })
      return lastValueFrom(track.run(sorting, { inputs }).events$.pipe(toArray()))
    }

    const [first, second] = [await events(), await events()]

    expect(first.length).toBeGreaterThan(3)
    expect(second).toEqual(first)
    expect(first[0]?.at).toBe("2026-01-01T00:00:00.000Z")
  })

  it("lets a deadline come when it is told to", async () => {
    const { track, advance } = await start({
      layers: { optimized: scripted(() => Effect.never) },
      settings: { stepTimeoutMs: 60_000 },
    })
    const run = track.run(sorting, { inputs, mode: "dspy_optimized", fallbackEnabled: false })
    const routed = new Promise<void>((resolve) => {
      run.events$.subscribe(({ _tag }) => _tag === "StepRouted" && resolve())
    })
    await routed

    await advance(60_000)
    const report = await run.result

    expect(report.error).toMatchObject({ reason: "timeout" })
    expect(report.totals.latencyMs).toBe(60_000)
  })

  it("opens a breaker after failures in a row, and lets one step try again when its time is over", async () => {
    let broken = true
    const { track, advance } = await start({
      layers: { optimized: scripted(() => (broken ? Effect.fail(unavailable) : Effect.succeed("lamp"))) },
    })
    const tags: Array<string> = []
    track.systemEvents$.subscribe(({ _tag }) => tags.push(_tag))
    const executed = async () => {
      const { steps } = await track.run(sorting, { inputs, mode: "dspy_optimized" }).result
      return [steps[0]?.route?.to, steps[0]?.executed]
    }

    for (let run = 0; run < 5; run += 1) await executed()
    broken = false
    const open = await executed()
    await advance(30_000)
    const probed = await executed()

    expect(open).toEqual(["fallback", "traditional"])
    expect(probed).toEqual(["optimized", "optimized"])
    expect(tags.filter((tag) => tag.startsWith("Breaker"))).toEqual(["BreakerOpened", "BreakerClosed"])
  })
})
