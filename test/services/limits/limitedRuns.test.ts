import * as Effect from "effect/Effect"
import { lastValueFrom, toArray } from "rxjs"
import { expect, onTestFinished, test } from "vitest"
import type { DoubletrackOptions, Run, RunEvent, WorkflowInput } from "../../../src/index.ts"
import { testDoubletrack } from "../../../src/testing/testDoubletrack.ts"
import { scriptedModels } from "../../scriptedModels.ts"

const asking: WorkflowInput = {
  name: "asking",
  steps: [{ name: "ask", type: "claude", prompt: [{ type: "static", content: "about {{inputs.topic}}" }] }],
}

const start = async (options: Omit<DoubletrackOptions, "layers">, models?: ReturnType<typeof scriptedModels>) => {
  const { track, advance } = await testDoubletrack({
    ...options,
    ...(models === undefined ? {} : { layers: { models } }),
  })
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
  return { ask, untilEnd }
}

const stepMs = 100

const callsOf = async (run: Run) =>
  (await lastValueFrom(run.events$.pipe(toArray()))).filter(
    (event): event is Extract<RunEvent, { _tag: "ModelCalled" }> => event._tag === "ModelCalled",
  )

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
  const { ask, untilEnd } = await start(options, models)
  await ask("cats").result

  const again = await ask("cats").result
  const other = ask("dogs")
  const passedMs = await untilEnd(other)

  expect(again.status).toBe("completed")
  expect(passedMs).toBeGreaterThanOrEqual(10_000)
  expect((await other.result).status).toBe("completed")
})
