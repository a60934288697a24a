import { describe, expect, it, onTestFinished } from "vitest"
import { Doubletrack } from "../../src/Doubletrack.ts"
import type { RunEvent } from "../../src/RunEvent.ts"
import { scriptedModel, testDoubletrack } from "../../src/testing/index.ts"
import type { ModelScript, ScriptedModelOptions } from "../../src/testing/index.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"

const asking = (...names: readonly [string, ...ReadonlyArray<string>]): WorkflowInput => {
  const step = (name: string) => ({
    name,
    type: "claude",
    prompt: [{ type: "static", content: `${name}: {{inputs.message}}` } as const],
  })
  return { name: "triage", steps: [step(names[0]), ...names.slice(1).map(step)] }
}

const price = { inputPerMillion: 1000, outputPerMillion: 10_000 }

/** A runtime of its own, and a run of these steps on it. */
const given = async (script: ModelScript, options: ScriptedModelOptions = {}, modelRetries = 0) => {
  const model = scriptedModel(script, options)
  const { track, advance } = await testDoubletrack({ model, settings: { prices: model.prices, modelRetries } })
  onTestFinished(() => track.close())
  const run = (...names: Parameters<typeof asking>) => track.run(asking(...names), { inputs: { message: "hello" } })
  return { model, run, advance }
}

describe("a scripted model", () => {
  it("replies in the order of its script, and keeps what it was asked", async () => {
    const { model, run } = await given(["refund", { text: "Dear customer" }])

    const { status, results } = await run("classify", "draft").result

    expect(status).toBe("completed")
    expect(results).toMatchObject({ classify: { text: "refund" }, draft: { text: "Dear customer" } })
    expect(model.calls.map(({ number, prompt }) => [number, prompt])).toEqual([
      [0, "classify: hello"],
      [1, "draft: hello"],
    ])
  })

  it("replies by a rule", async () => {
    const { run } = await given(({ prompt, number }) => `${number} ${prompt.toUpperCase()}`)

    const { results } = await run("classify", "draft").result

    expect(results).toMatchObject({ classify: { text: "0 CLASSIFY: HELLO" }, draft: { text: "1 DRAFT: HELLO" } })
  })

  it("counts tokens as it is told, which cost what its price says", async () => {
    const { run } = await given([{ text: "refund", tokens: { input: 100, output: 10 } }], { price })

    const { totals } = await run("classify").result

    expect(totals).toMatchObject({ tokens: { input: 100, output: 10 }, costUsd: 0.2 })
  })

  it("has no price unless it is given one", async () => {
    const { run } = await given(["refund"])

    const { totals } = await run("classify").result

    expect(totals.costUsd).toBeNull()
    expect(totals.tokens.input).toBeGreaterThan(0)
  })

  it("goes by an id of its own", async () => {
    const { run } = await given(["refund"], { id: "acme/large" })
    const events: Array<RunEvent> = []

    const started = run("classify")
    started.events$.subscribe((event) => events.push(event))
    await started.result

    expect(events).toContainEqual(expect.objectContaining({ _tag: "ModelCalled", model: "acme/large" }))
  })

  it.each([
    [{ status: 401 }, "authentication"],
    [{ status: 500, message: "out of memory" }, "model_failed"],
    [{ text: "I cannot help with that", finishReason: "content-filter" }, "model_failed"],
  ] as const)("fails as a provider does: %j", async (reply, reason) => {
    const { run } = await given([reply])

    const { status, error } = await run("classify").result

    expect(status).toBe("failed")
    expect(error).toMatchObject({ step: "classify", reason })
    if ("message" in reply) expect(error?.message).toContain(reply.message)
  })

  it("is asked again after a failure that another try can mend", async () => {
    const { model, run, advance } = await given([{ status: 503, headers: { "retry-after": "2" } }, "refund"], {}, 1)

    const started = run("classify")
    for (let again = false; !again; await advance(1000)) again = model.calls.length === 2
    const { results } = await started.result

    expect(results).toMatchObject({ classify: { text: "refund" } })
    expect(model.calls).toHaveLength(2)
  })

  it("says what it was asked when its script is at its end", async () => {
    const { run } = await given(["refund"])

    const { error } = await run("classify", "draft").result

    expect(error).toMatchObject({ step: "draft" })
    expect(error?.message).toContain("the script has 1 replies, and the model was asked once more: draft: hello")
  })

  it("replies late by the clock of the test", async () => {
    const { model, run, advance } = await given([{ text: "refund", afterMs: 4000 }])

    const started = run("classify")
    await model.called(1)
    await advance(4000)
    const { totals } = await started.result

    expect(totals.latencyMs).toBe(4000)
  })

  it("is stopped in the middle of a reply when the run is cancelled", async () => {
    const { model, run } = await given([{ text: "refund", afterMs: 4000 }])

    const started = run("classify")
    await model.called(1)
    const { status } = await started.cancel()

    expect(status).toBe("cancelled")
  })

  it("serves any Doubletrack", async () => {
    const model = scriptedModel([{ text: "refund", afterMs: 1 }])
    const track = await Doubletrack.start({ model, store: ":memory:", environment: {} })
    onTestFinished(() => track.close())

    const { results } = await track.run(asking("classify"), { inputs: { message: "hello" } }).result

    expect(results).toMatchObject({ classify: { text: "refund" } })
  })

  it("streams word by word what it replies", async () => {
    const { streamText } = await import("ai")

    const { textStream, usage } = streamText({ model: scriptedModel(["Dear  customer,\nhello"]), prompt: "draft" })
    const deltas: Array<string> = []
    for await (const delta of textStream) deltas.push(delta)

    expect(deltas).toEqual(["Dear  ", "customer,\n", "hello"])
    expect((await usage).outputTokens).toBe(6)
  })
})
