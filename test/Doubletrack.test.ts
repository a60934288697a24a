import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { firstValueFrom, lastValueFrom, take, toArray } from "rxjs"
import { describe, expect, it, onTestFinished } from "vitest"
import { Doubletrack, InputError, OptimizedExecutor, type RunEvent, StepFailure } from "../src/index.ts"
import type { DoubletrackOptions, WorkflowInput } from "../src/index.ts"
import { noUsage } from "../src/Usage.ts"
import { promptOf, scriptedModels } from "./scriptedModels.ts"

const start = async (options: DoubletrackOptions = {}) => {
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    layers: { models: scriptedModels((request) => Effect.succeed(`answer to ${promptOf(request)}`)) },
    ...options,
  })
  onTestFinished(() => track.close())
  return track
}

const twoSteps: WorkflowInput = {
  name: "two",
  steps: [
    { name: "first", type: "claude", prompt: [{ type: "static", content: "about {{inputs.topic}}" }] },
    { name: "second", type: "claude", prompt: [{ type: "previous_response", step: "first", extract: "text" }] },
  ],
}

const classify = {
  name: "classify",
  type: "claude",
  prompt: [{ type: "static", content: "Which intent has {{inputs.message}}?" }],
  signature: {
    instructions: "Name the intent of the message.",
    inputs: [{ name: "message", type: "string" }],
    outputs: [{ name: "intent", type: "enum", values: ["refund", "order"] }],
  },
} as const

const withSignature = (name: string): WorkflowInput["steps"][0] => ({ ...classify, name })

/** An optimized track with one program, whose answer is `execute`. */
const program = (execute: Effect.Effect<string, StepFailure>) =>
  Layer.succeed(OptimizedExecutor, {
    readiness: () => Effect.succeed({ programId: "p1", available: true }),
    execute: () => Effect.map(execute, (text) => ({ result: { success: true, text }, usage: noUsage })),
  })

const hanging = (started: () => void, aborted: () => void) =>
  scriptedModels(() =>
    Effect.callback(() => {
      started()
      return Effect.sync(aborted)
    }),
  )

describe("run", () => {
  it("passes results on from step to step and reports what each cost", async () => {
    const track = await start()

    const report = await track.run(twoSteps, { inputs: { topic: "cats" } }).result

    expect(report.status).toBe("completed")
    expect(report.results["second"]?.["text"]).toBe("answer to answer to about cats")
    expect(report.totals).toMatchObject({ costUsd: 0.002, tokens: { input: 20, output: 10 } })
    expect(report.steps.map(({ name, route }) => [name, route?.reason])).toEqual([
      ["first", "no_signature"],
      ["second", "no_signature"],
    ])
  })

  it("replays every event to a late subscriber and completes after the terminal one", async () => {
    const track = await start()
    const run = track.run(twoSteps, { inputs: { topic: "cats" } })
    await run.result

    const events = await lastValueFrom(run.events$.pipe(toArray()))

    expect(events.map(({ _tag }) => _tag)).toEqual([
      "RunStarted",
      ...["StepStarted", "StepRouted", "ModelCalled", "StepCompleted"],
      ...["StepStarted", "StepRouted", "ModelCalled", "StepCompleted"],
      "RunCompleted",
    ])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(events.map(({ id }) => id)).toEqual(events.map(({ id }) => id).toSorted())
  })

  it("leaves inputs and answers out of events unless asked for", async () => {
    const secret = async (eventContent: boolean) => {
      const track = await start({ eventContent })
      const run = track.run(twoSteps, { inputs: { topic: "cats" } })
      return JSON.stringify(await lastValueFrom(run.events$.pipe(toArray())))
    }

    expect(await secret(false)).not.toContain("cats")
    expect(await secret(true)).toContain("cats")
  })

  it("goes on when a subscriber leaves", async () => {
    const track = await start()
    const run = track.run(twoSteps, { inputs: { topic: "cats" } })

    await firstValueFrom(run.events$.pipe(take(1)))

    expect((await run.result).status).toBe("completed")
  })

  it("keeps runs apart", async () => {
    const track = await start()
    const topics = Array.from({ length: 20 }, (_, index) => `topic-${index}`)

    const reports = await Promise.all(topics.map((topic) => track.run(twoSteps, { inputs: { topic } }).result))

    expect(reports.map(({ results }) => results["first"]?.["text"])).toEqual(
      topics.map((topic) => `answer to about ${topic}`),
    )
    expect(new Set(reports.map(({ runId }) => runId)).size).toBe(20)
  })

  it("aborts the model call when cancelled, and reports what was done until then", async () => {
    const seen: Array<string> = []
    const calling = Promise.withResolvers<void>()
    const track = await start({ layers: { models: hanging(calling.resolve, () => seen.push("aborted")) } })
    const run = track.run(twoSteps, { inputs: { topic: "cats" } })
    await calling.promise

    const report = await run.cancel()
    const events = await lastValueFrom(run.events$.pipe(toArray()))

    expect(seen).toEqual(["aborted"])
    expect(report).toMatchObject({ status: "cancelled", results: {}, totals: { costUsd: null } })
    expect(events.at(-1)?._tag).toBe("RunCancelled")
    expect((await run.cancel()).status).toBe("cancelled")
  })

  it("cancels what is under way when it is closed, and refuses to start more", async () => {
    const calling = Promise.withResolvers<void>()
    const track = await start({ layers: { models: hanging(calling.resolve, () => {}) } })
    const run = track.run(twoSteps, { inputs: { topic: "cats" } })
    await calling.promise

    await track.close()

    expect((await run.result).status).toBe("cancelled")
    await expect(track.run(twoSteps).result).rejects.toThrow("closed")
  })

  it("ends a failing run with the reason, the step and what was answered before", async () => {
    const track = await start({
      layers: {
        models: scriptedModels((request) =>
          promptOf(request).startsWith("about") ? Effect.succeed("fine") : Effect.die(new Error("boom")),
        ),
      },
    })

    const report = await track.run(twoSteps, { inputs: { topic: "cats" } }).result

    expect(report).toMatchObject({
      status: "failed",
      error: { step: "second", reason: "defect", message: "boom" },
      results: { first: { text: "fine" } },
    })
  })

  it("fails a step that exceeds its deadline", async () => {
    const track = await start({
      layers: {
        models: hanging(
          () => {},
          () => {},
        ),
      },
      settings: { stepTimeoutMs: 20 },
    })

    const report = await track.run(twoSteps, { inputs: { topic: "cats" } }).result

    expect(report.error).toMatchObject({ reason: "timeout", message: expect.stringContaining("20 ms") })
  })

  it.each<[string, WorkflowInput, object, string]>([
    [
      "a step mode for a step that is not there",
      twoSteps,
      { stepModes: { third: "hybrid" } },
      "no step is called third",
    ],
    ["inputs that are not given", twoSteps, {}, 'input "topic" is not given: pass --input topic=…'],
    ["a missing workflow file", "nowhere.yaml" as never, {}, "nowhere.yaml"],
  ])("rejects %s before anything runs", async (_, workflow, options, message) => {
    const track = await start()
    const run = track.run(workflow, options)

    await expect(run.result).rejects.toThrow(InputError)
    await expect(run.result).rejects.toThrow(message)
    expect(await lastValueFrom(run.events$.pipe(toArray()))).toEqual([])
  })

  it("replays the same routes from the same seed", async () => {
    const track = await start({ layers: { optimized: program(Effect.succeed("refund")) } })
    const writing: WorkflowInput = {
      name: "writes",
      hybrid_config: { mode: "hybrid" },
      steps: [
        { ...withSignature("a"), claude_options: { allowed_tools: ["Write"] } },
        ...["b", "c", "d", "e", "f"].map((name) => ({
          ...withSignature(name),
          claude_options: { allowed_tools: ["Write"] },
        })),
      ],
    }
    const routes = async (seed: number) =>
      (await track.run(writing, { seed, inputs: { message: "m" } }).result).steps.map(({ assigned }) => assigned)

    expect(await routes(7)).toEqual(await routes(7))
    expect(new Set((await Promise.all([1, 2, 3, 4, 5].map(routes))).map(String)).size).toBeGreaterThan(1)
  })
})

describe("the optimized track", () => {
  const hybrid: WorkflowInput = { name: "h", hybrid_config: { mode: "hybrid" }, steps: [withSignature("classify")] }
  const optimized: WorkflowInput = { ...hybrid, hybrid_config: { mode: "dspy_optimized" } }
  const inputs = { message: "m" }

  it("is not there yet: mode dspy_optimized takes the fallback edge, hybrid runs traditional", async () => {
    const track = await start()

    const [forced] = (await track.run(optimized, { inputs }).result).steps
    const [free] = (await track.run(hybrid, { inputs }).result).steps

    expect(forced).toMatchObject({ route: { to: "fallback", reason: "dspy_unavailable" }, fellBack: true })
    expect(free).toMatchObject({ route: { to: "traditional", reason: "no_program" }, fellBack: false })
  })

  it("serves when a layer brings it along", async () => {
    const track = await start({ layers: { optimized: program(Effect.succeed("refund")) } })

    const report = await track.run(optimized, { inputs }).result

    expect(report.steps[0]).toMatchObject({ executed: "optimized", fellBack: false })
    expect(report.results["classify"]?.["text"]).toBe("refund")
  })

  it("falls back when it fails, and fails where falling back is turned off", async () => {
    const failing = program(Effect.fail(new StepFailure({ reason: "optimization_failed", message: "garbage" })))
    const track = await start({
      layers: { optimized: failing, models: scriptedModels(() => Effect.succeed("refund")) },
    })

    const absorbed = await track.run(optimized, { inputs }).result
    const strict = await track.run(optimized, { inputs, fallbackEnabled: false }).result

    expect(absorbed.steps[0]).toMatchObject({ assigned: "optimized", executed: "traditional", fellBack: true })
    expect(strict).toMatchObject({ status: "failed", error: { reason: "optimization_failed", message: "garbage" } })
  })

  it("treats a defect in the optimized executor as its failure, not the step's", async () => {
    const track = await start({
      layers: {
        optimized: Layer.succeed(OptimizedExecutor, {
          readiness: () => Effect.die(new Error("broken store")),
          execute: () => Effect.die(new Error("broken")),
        }),
        models: scriptedModels(() => Effect.succeed("refund")),
      },
    })

    const report = await track.run(optimized, { inputs }).result

    expect(report).toMatchObject({ status: "completed", steps: [{ fellBack: true, executed: "traditional" }] })
  })

  it("runs both tracks where nothing is known, and says which was better and why", async () => {
    const track = await start({
      layers: {
        optimized: program(Effect.succeed("refund")),
        models: scriptedModels(() => Effect.succeed("refund")),
      },
    })
    const run = track.run(hybrid, { inputs })

    const report = await run.result
    const compared = (await lastValueFrom(run.events$.pipe(toArray()))).find(({ _tag }) => _tag === "TracksCompared")

    expect(report.steps[0]).toMatchObject({ route: { to: "comparing" }, assigned: "both", executed: "optimized" })
    expect(compared).toMatchObject({ winner: "optimized", because: expect.stringContaining("cheaper") })
  })

  it("is left alone while the environment forces the traditional track", async () => {
    const environment: Record<string, string> = {}
    const track = await start({ environment, layers: { optimized: program(Effect.succeed("refund")) } })

    environment["DOUBLETRACK_FORCE"] = "traditional"
    const killed = await track.run(optimized, { inputs }).result

    expect(killed.steps[0]?.route).toMatchObject({ to: "traditional", reason: "kill_switch" })
  })

  it("is left alone while the kill switch is on", async () => {
    const track = await start({ layers: { optimized: program(Effect.succeed("refund")) } })

    track.forceTraditional(true)
    const killed = await track.run(optimized, { inputs, stepModes: { classify: "dspy_optimized" } }).result
    track.forceTraditional(false)
    const free = await track.run(optimized, { inputs }).result

    expect(killed.steps[0]?.route).toMatchObject({ to: "traditional", reason: "kill_switch" })
    expect(free.steps[0]?.route?.to).toBe("optimized")
  })
})

describe("step", () => {
  it("runs one step, typed by its signature", async () => {
    const track = await start({ layers: { models: scriptedModels(() => Effect.succeed("refund")) } })

    const { outputs } = await track.step(classify).run({ message: "money back please" })

    const intent: "refund" | "order" = outputs.intent
    expect(intent).toBe("refund")
  })

  it("rejects inputs and answers that are not what the signature says", async () => {
    const track = await start({ layers: { models: scriptedModels(() => Effect.succeed("no idea")) } })

    await expect(track.step(classify).run({ message: 1 as never })).rejects.toThrow(InputError)
    await expect(track.step(classify).run({ message: "m" })).rejects.toMatchObject({ reason: "invalid_answer" })
  })
})

describe("own step types", () => {
  it("run like the built-in ones", async () => {
    const track = await start({
      stepTypes: [{ type: "shout", run: async ({ inputs }) => String(inputs["word"]).toUpperCase() }],
    })

    const report = await track.run({ name: "w", steps: [{ name: "s", type: "shout" }] }, { inputs: { word: "hey" } })
      .result

    expect(report.results["s"]?.["text"]).toBe("HEY")
  })
})

describe("inspect", () => {
  it("sees the machines of every run", async () => {
    const seen = new Set<string>()
    const track = await start({
      inspect: (event) => {
        if (event.type === "@xstate.snapshot" && "value" in event.snapshot) seen.add(String(event.snapshot.value))
      },
    })

    await track.run(twoSteps, { inputs: { topic: "cats" } }).result

    expect([...seen]).toEqual(expect.arrayContaining(["running", "routing", "traditional", "done", "completed"]))
  })
})

describe("layer", () => {
  it("gives Doubletrack as an Effect service, and interrupting a run cancels it", async () => {
    const aborted = Promise.withResolvers<void>()
    const calling = Promise.withResolvers<void>()
    const program = Effect.gen(function* () {
      const track = yield* Doubletrack
      const fiber = yield* Effect.forkChild(track.runEffect(twoSteps, { inputs: { topic: "cats" } }))
      yield* Effect.promise(() => calling.promise)
      yield* Effect.sync(() => fiber.interruptUnsafe())
      yield* Effect.promise(() => aborted.promise)
    })

    await Effect.runPromise(
      Effect.provide(
        program,
        Doubletrack.layer({ environment: {}, layers: { models: hanging(calling.resolve, aborted.resolve) } }),
      ),
    )
  })

  it("fails with InputError for wrong settings", async () => {
    const layer = Doubletrack.layer({ settings: { modelRetries: -1 } })

    const exit = await Effect.runPromise(Effect.flip(Effect.provide(Effect.void, layer)))

    expect(exit).toBeInstanceOf(InputError)
    expect(exit.message).toContain("modelRetries")
  })
})

const eventTypeIsExported: RunEvent["_tag"] = "RunStarted"
void eventTypeIsExported
