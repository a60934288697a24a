import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { lastValueFrom, toArray } from "rxjs"
import { describe, expect, onTestFinished, test } from "vitest"
import { Doubletrack, type DoubletrackOptions, OptimizedExecutor, type WorkflowInput } from "../../../src/index.ts"
import { Models, type ModelRequest } from "../../../src/services/models/Models.ts"
import { responseKey } from "../../../src/services/cache/responseKey.ts"
import { describeWithNats } from "../nats/natsProgram.ts"
import { natsServer } from "../nats/natsServer.ts"
import { promptOf, scriptedModels } from "../../scriptedModels.ts"

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-responses-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A model that counts what it is asked. */
const counted = () => {
  const asked: Array<ModelRequest> = []
  const layer = scriptedModels((request) => Effect.sync(() => `answer ${asked.push(request)} to ${promptOf(request)}`))
  return { asked, layer }
}

const start = async (models: ReturnType<typeof counted>, options: DoubletrackOptions = {}) => {
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    layers: { models: models.layer },
    settings: { responseCache: { enabled: true } },
    ...options,
  })
  onTestFinished(() => track.close())
  return track
}

const asking = (step: Partial<WorkflowInput["steps"][0]> = {}, rest: Partial<WorkflowInput> = {}): WorkflowInput => ({
  name: "ask",
  steps: [{ name: "ask", type: "claude", prompt: [{ type: "static", content: "about {{inputs.topic}}" }], ...step }],
  ...rest,
})

const textOf = async (run: ReturnType<Awaited<ReturnType<typeof start>>["run"]>) => {
  const { results } = await run.result
  return results["ask"]?.["text"]
}

describe("a question that was asked before", () => {
  test("is answered as it was then, for nothing, and says so", async () => {
    const models = counted()
    const track = await start(models)
    const first = await track.run(asking(), { inputs: { topic: "cats" } }).result

    const again = track.run(asking(), { inputs: { topic: "cats" }, budget: { calls: 0 } })
    const events = await lastValueFrom(again.events$.pipe(toArray()))
    const report = await again.result

    expect(models.asked).toHaveLength(1)
    expect(report.results).toMatchObject({ ask: { text: first.results["ask"]?.["text"] } })
    expect([first.totals.costUsd, report.totals.costUsd]).toEqual([0.001, 0])
    expect(events.find(({ _tag }) => _tag === "ModelCalled")).toMatchObject({
      cached: true,
      attempt: 1,
      usage: { tokens: { input: 0, output: 0 }, costUsd: 0 },
    })
    expect(await track.cacheMetrics()).toMatchObject([
      { cache: "optimizations" },
      { cache: "responses", hits: { memory: 1, disk: 0, distributed: 0 }, misses: 1, stored: 1 },
    ])
  })

  test("is asked again where nobody turned the cache on", async () => {
    const models = counted()
    const track = await start(models, { settings: {} })

    await track.run(asking(), { inputs: { topic: "cats" } }).result
    await track.run(asking(), { inputs: { topic: "cats" } }).result

    expect(models.asked).toHaveLength(2)
    expect((await track.cacheMetrics()).map(({ cache }) => cache)).toEqual(["optimizations"])
  })

  test("is asked again after its time", async () => {
    const models = counted()
    const track = await start(models, { settings: { responseCache: { enabled: true, ttlMs: 1 } } })

    await track.run(asking(), { inputs: { topic: "cats" } }).result
    await new Promise((resolve) => setTimeout(resolve, 5))
    await track.run(asking(), { inputs: { topic: "cats" } }).result

    expect(models.asked).toHaveLength(2)
  })

  test.each<[string, WorkflowInput]>([
    ["the step", asking({ dspy_config: { cache_enabled: false } })],
    ["the workflow", asking({}, { dspy_config: { cache_enabled: false } })],
    ["a step that can write", asking({ claude_options: { allowed_tools: ["Write"] } })],
  ])("is asked again where %s does not want it from a cache", async (_whose, workflow) => {
    const models = counted()
    const track = await start(models)

    await track.run(workflow, { inputs: { topic: "cats" } }).result
    await track.run(workflow, { inputs: { topic: "cats" } }).result

    expect(models.asked).toHaveLength(2)
  })

  test("is answered after a restart", async () => {
    const models = counted()
    const store = folder()
    const before = await start(models, { store })
    const first = await textOf(before.run(asking(), { inputs: { topic: "cats" } }))
    await before.close()

    const after = await start(models, { store })

    expect(await textOf(after.run(asking(), { inputs: { topic: "cats" } }))).toBe(first)
    expect(models.asked).toHaveLength(1)
  })

  test("is asked again by an evaluation, which wants to know what it costs", async () => {
    const models = counted()
    const track = await start(models)
    const workflow = asking({
      signature: {
        instructions: "Answer.",
        inputs: [{ name: "topic", type: "string" }],
        outputs: [{ name: "answer", type: "string" }],
      },
    })
    await track.run(workflow, { inputs: { topic: "cats" } }).result
    const asked = models.asked.length
    const dataset = join(folder(), "rows.jsonl")
    writeFileSync(
      dataset,
      ["cats", "dogs"].map((topic) => JSON.stringify({ input: { topic }, output: topic })).join("\n"),
    )

    const [report] = await track.evaluate(workflow, { dataset, modes: ["traditional"] })

    expect(report?.n).toBe(2)
    expect(models.asked).toHaveLength(asked + 2)
  })
})

describe("two tracks", () => {
  const signature = {
    instructions: "Answer.",
    inputs: [{ name: "topic", type: "string" }],
    outputs: [{ name: "answer", type: "string" }],
  } as const
  /** An optimized track that asks the very same question. */
  const optimized = Layer.effect(
    OptimizedExecutor,
    Effect.map(Models, (models) => ({
      readiness: () => Effect.succeed({ programId: "p1", available: true }),
      execute: ({ runId, step, path }) =>
        models
          .generate({
            model: "scripted/model",
            messages: [{ role: "user", content: "about cats" }],
            origin: { runId, step: step.name, path, track: "optimized" },
          })
          .pipe(
            Effect.map(({ text, usage }) => ({ result: { success: true, text }, usage })),
            Effect.orDie,
          ),
    })),
  )
  const both = { name: "ask", signature, execution_mode: "hybrid" } as const

  test("never share an answer, and are asked anew where they are compared", async () => {
    const models = counted()
    const track = await start(models, { layers: { models: models.layer, optimized } })
    const run = (mode: "traditional" | "dspy_optimized" | "hybrid") =>
      track.run(asking({ ...both, execution_mode: mode }), { inputs: { topic: "cats" }, seed: 1 }).result

    await run("traditional")
    await run("dspy_optimized")
    expect(models.asked.map(({ origin }) => origin.track)).toEqual(["traditional", "optimized"])

    await run("traditional")
    await run("dspy_optimized")
    expect(models.asked).toHaveLength(2)

    const compared = await run("hybrid")
    expect(compared.steps[0]?.route?.to).toBe("comparing")
    expect(models.asked).toHaveLength(4)
  })

  test("learn nothing from an answer that was not asked for", async () => {
    const models = counted()
    const track = await start(models, { layers: { models: models.layer, optimized } })
    const workflow = asking(
      { ...both, execution_mode: "hybrid" },
      { hybrid_config: { ab_testing_enabled: false, intelligent_routing: true } },
    )
    const run = () => track.run(workflow, { inputs: { topic: "cats" }, seed: 1 })

    await run().result
    const again = run()
    const events = await lastValueFrom(again.events$.pipe(toArray()))

    const completed = events.find((event) => event._tag === "StepCompleted")
    const { assigned } = completed?.observation ?? {}
    expect(completed?.observation[assigned === "optimized" ? "optimized" : "traditional"]).toMatchObject({
      answered: true,
      invalid: true,
    })
  })
})

describe("everything that reaches the model", () => {
  const request: ModelRequest = {
    model: "openai/gpt",
    messages: [{ role: "user", content: "hello" }],
    origin: { runId: "r1", step: "ask", path: "ask", track: "traditional" },
  }
  const keyOf = (given: Partial<ModelRequest>, address: string | null = null) =>
    responseKey({ ...request, ...given }, address).key

  test.each<[string, Partial<ModelRequest>]>([
    ["the model", { model: "openai/other" }],
    ["a message", { messages: [{ role: "user", content: "hallo" }] }],
    ["a role", { messages: [{ role: "system", content: "hello" }] }],
    ["the temperature", { temperature: 0 }],
    ["a limit", { maxOutputTokens: 10 }],
    ["top p", { topP: 0.5 }],
    ["top k", { topK: 5 }],
    ["the schema", { jsonSchema: { type: "object" } }],
    ["a repetition", { idempotencyKey: "rollout 1" }],
    ["the track", { origin: { ...request.origin, track: "optimized" } }],
  ])("makes another key: %s", (_what, other) => {
    expect(keyOf(other)).not.toBe(keyOf({}))
  })

  test("makes another key: the server that is asked", () => {
    expect(keyOf({}, "http://localhost:1")).not.toBe(keyOf({}))
  })

  test("and nothing else does", () => {
    const elsewhere = { ...request.origin, runId: "r2", step: "other", path: "loop/other" }

    expect(keyOf({ origin: elsewhere, callName: "c1", timeoutMs: 5, onText: () => {} })).toBe(keyOf({}))
  })
})

describeWithNats("in a fleet", () => {
  test("what one node was answered is given by another, unless it is not to be shared", async () => {
    const { url } = await natsServer()
    const [one, other, lonely] = [counted(), counted(), counted()]
    const nats = { servers: [url] }
    const settings = { nats, responseCache: { enabled: true } }
    const tracks = await Promise.all([
      start(one, { settings }),
      start(other, { settings }),
      start(lonely, { settings: { nats, responseCache: { enabled: true, shared: false } } }),
    ])
    await Promise.all(tracks.map((track) => track.run(asking(), { inputs: { topic: "warming up" } }).result))
    const asked = other.asked.length

    const first = await textOf(tracks[0].run(asking(), { inputs: { topic: "cats" } }))
    const second = await textOf(tracks[1].run(asking(), { inputs: { topic: "cats" } }))
    await textOf(tracks[2].run(asking(), { inputs: { topic: "cats" } }))

    expect(second).toBe(first)
    expect(other.asked).toHaveLength(asked)
    expect(lonely.asked).toHaveLength(2)
  })
})
