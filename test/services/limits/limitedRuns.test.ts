import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { firstValueFrom, lastValueFrom, toArray } from "rxjs"
import { expect, onTestFinished, test } from "vitest"
import {
  type DoubletrackOptions,
  OptimizedExecutor,
  type Run,
  type RunEvent,
  type WorkflowInput,
} from "../../../src/index.ts"
import { Models } from "../../../src/services/models/Models.ts"
import { StepFailure } from "../../../src/StepFailure.ts"
import { testDoubletrack } from "../../../src/testing/testDoubletrack.ts"
import { scriptedModels } from "../../scriptedModels.ts"

const asking: WorkflowInput = {
  name: "asking",
  steps: [{ name: "ask", type: "claude", prompt: [{ type: "static", content: "about {{inputs.topic}}" }] }],
}

const start = async (
  options: Omit<DoubletrackOptions, "layers">,
  layers: Omit<NonNullable<DoubletrackOptions["layers"]>, "ambient"> = {},
) => {
  const { track, advance } = await testDoubletrack({ ...options, layers })
  onTestFinished(() => track.close())
  const ask = (topic: string, workflow = asking) => track.run(workflow, { inputs: { topic } })
  /** Lets time pass until the run has ended; gives how much, ms. */
  const untilEnd = async ({ result }: Run) => {
    const passed = { ms: 0, isEnough: false }
    void result.then(() => {
      passed.isEnough = true
    })
    for (; !passed.isEnough; passed.ms += stepMs) await advance(stepMs)
    return passed.ms
  }
  return { track, ask, untilEnd }
}

const stepMs = 100

const only = async <Tag extends RunEvent["_tag"]>(run: Run, tag: Tag) =>
  (await lastValueFrom(run.events$.pipe(toArray()))).filter(
    (event): event is Extract<RunEvent, { readonly _tag: Tag }> => event._tag === tag,
  )

const callsOf = (run: Run) => only(run, "ModelCalled")

/** All runs of the workflow together. */
const twoCalls: WorkflowInput = { ...asking, hybrid_config: { budget: { workflow: { calls: 2 } } } }

/** One each 10 s. */
const slowly = { perMinute: 6 }

test("a run says how long a call waited for its limit, and how long it took without that", async () => {
  const { ask, untilEnd } = await start({
    model: "offline/in-context",
    settings: { limits: { "offline/*": slowly } },
  })
  const first = await callsOf(ask("cats"))

  const run = ask("dogs")
  const passedMs = await untilEnd(run)
  const [second] = await callsOf(run)

  expect(first[0]).not.toHaveProperty("waitedMs")
  expect(second!.latencyMs).toBeLessThanOrEqual(stepMs)
  expect(second!.waitedMs).toBeGreaterThan(5000)
  expect(second!.waitedMs).toBeLessThanOrEqual(10_000)
  expect(passedMs).toBeGreaterThanOrEqual(10_000)
  expect((await run.result).status).toBe("completed")
})

test("the offline model is not limited where nobody names it", async () => {
  const { ask } = await start({ model: "offline/in-context", settings: { limits: { "openai/*": slowly } } })

  const reports = await Promise.all(["cats", "dogs", "mice"].map((topic) => ask(topic).result))

  expect(reports.map(({ status }) => status)).toEqual(["completed", "completed", "completed"])
})

test("waiting counts against the deadline of a step, which costs nothing then", async () => {
  const { ask, untilEnd } = await start({
    model: "offline/in-context",
    settings: { limits: { "offline/*": slowly }, stepTimeoutMs: 5000 },
  })
  await ask("cats", twoCalls).result

  const run = ask("dogs", twoCalls)
  const passedMs = await untilEnd(run)
  const another = ask("mice", twoCalls)
  await untilEnd(another)
  const report = await run.result

  expect(report.error).toMatchObject({ reason: "timeout" })
  expect(report.totals).toMatchObject({ costUsd: 0, tokens: { input: 0, output: 0 } })
  expect(await callsOf(run)).toEqual([])
  expect(passedMs).toBeLessThan(10_000)
  expect((await another.result).status).toBe("completed")
})

test("answers from the cache are not limited, those of models of one's own are", async () => {
  const models = scriptedModels(() => Effect.succeed("an answer"))
  const options = { settings: { limits: { "scripted/model": slowly }, responseCache: { enabled: true } } }
  const { ask, untilEnd } = await start(options, { models })
  await ask("cats").result

  const again = await ask("cats").result
  const other = ask("dogs")
  const passedMs = await untilEnd(other)

  expect(again.status).toBe("completed")
  expect(passedMs).toBeGreaterThanOrEqual(10_000)
  expect((await other.result).status).toBe("completed")
})

/** A program whose answers take a second; it cannot be reached the first few times. */
const program = (unreachable = 0) => {
  let left = unreachable
  return Layer.effect(
    OptimizedExecutor,
    Effect.map(Models, ({ generate }) => ({
      readiness: () => Effect.succeed({ programId: "prog-1", available: true }),
      execute: ({ runId, path, step }) =>
        Effect.gen(function* () {
          if (left-- > 0) return yield* new StepFailure({ reason: "dspy_unavailable", message: "not there" })
          const origin = { runId, path, step: step.name, track: "optimized" } as const
          const messages = [{ role: "user", content: "by the program" }] as const
          const { text, usage } = yield* Effect.orDie(generate({ model: "scripted/model", origin, messages }))
          return { result: { success: true, text }, usage }
        }),
    })),
  )
}

const sorting = (more: Partial<WorkflowInput>): WorkflowInput => ({
  name: "sorting",
  steps: [
    {
      name: "sort",
      type: "claude",
      prompt: [{ type: "static", content: "sort {{inputs.topic}}" }],
      signature: {
        instructions: "Sort.",
        inputs: [{ name: "topic", type: "string" }],
        outputs: [{ name: "text", type: "string" }],
      },
    },
  ],
  ...more,
})

const slowModels = scriptedModels(() => Effect.delay(Effect.succeed("an answer"), 1000))

test("two tracks under one limit are compared without what they waited for it, which the run took", async () => {
  const { track, ask, untilEnd } = await start(
    { settings: { limits: { "scripted/model": slowly } } },
    { models: slowModels, optimized: program() },
  )

  const run = ask("cats", sorting({ hybrid_config: { mode: "evaluation" } }))
  const passedMs = await untilEnd(run)
  const report = await run.result
  const [compared] = await only(run, "TracksCompared")
  const [metrics] = await firstValueFrom(track.metrics$)

  expect(passedMs).toBeGreaterThanOrEqual(11_000)
  for (const { latencyMs } of [compared!.traditional, compared!.optimized]) {
    expect(latencyMs).toBeGreaterThanOrEqual(1000)
    expect(latencyMs).toBeLessThanOrEqual(1000 + 2 * stepMs)
  }
  expect(metrics!.lifetime.tracks.optimized.latencyMs!.p99).toBeLessThan(1500)
  expect(metrics!.lifetime.tracks.traditional.latencyMs!.p99).toBeLessThan(1500)
  expect(report.steps[0]!.latencyMs).toBeGreaterThanOrEqual(11_000)
  expect(report.totals.latencyMs).toBeGreaterThanOrEqual(11_000)
})

test("a program that is waited for is as slow as that, and not as slow as its limit", async () => {
  const { ask, untilEnd } = await start(
    { settings: { limits: { "scripted/model": slowly } } },
    { models: slowModels, optimized: program(1) },
  )
  await untilEnd(ask("cats"))

  const run = ask(
    "dogs",
    sorting({ hybrid_config: { mode: "dspy_optimized" }, dspy_config: { fallback_strategy: "wait_and_retry" } }),
  )
  await untilEnd(run)
  const [completed] = await only(run, "StepCompleted")

  expect(completed).toMatchObject({ executed: "optimized" })
  expect(completed!.latencyMs).toBeGreaterThanOrEqual(9000)
  // A second until it was asked again, and a second for its answer.
  expect(completed!.observation.optimized!.latencyMs).toBeGreaterThanOrEqual(2000)
  expect(completed!.observation.optimized!.latencyMs).toBeLessThanOrEqual(2000 + 3 * stepMs)
})
