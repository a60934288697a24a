import { describe, expect, it } from "vitest"
import { InputError } from "../../src/index.ts"
import { signatureHash } from "../../src/signatureHash.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { aDirectory, aTrack, only, runOnce, type StartedTrack, type TrackOptions } from "./aTrack.ts"
import { signatureOf } from "./givenPrograms.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls, type ScriptedStep } from "./scriptedCalls.ts"
import { seedsDrawing } from "./seeds.ts"
import { storedEntries } from "./storedEntries.ts"

const answering: ScriptedStep["calls"] = {
  prompt: { does: "answers", price: 1 },
  program: { does: "answers", price: 1 },
}

const started = (options: TrackOptions = {}, calls = answering) =>
  aTrack({ programs: [sortProgram], layers: { models: scriptedCalls(() => ({ calls })) }, ...options })

const judgedLater = oneStep({ quality: ["feedback"] })

const [onProgram = 0] = seedsDrawing("sort", 0, 0.5, 1)
const [onPrompt = 0] = seedsDrawing("sort", 0.5, 1, 1)

const collecting: WorkflowInput = { ...judgedLater, dspy_config: { collect_training_data: true } }

const rowsIn = (store: string) =>
  storedEntries(store, `training/${signatureHash(signatureOf("sort"))}`).map(({ value }) => JSON.parse(value))

const tracksOf = async ({ track }: StartedTrack) => {
  const [experiment] = await track.experiments()
  return experiment?.tracks
}

describe("a step whose answers people judge", () => {
  it("never runs both tracks, since only one answer is ever seen", async () => {
    const given = await started()

    const routes = []
    for (let seed = 0; seed < 30; seed += 1) {
      const { report } = await runOnce(given, judgedLater, { inputs, seed })
      routes.push(report.steps[0]?.route?.to)
    }

    expect(new Set(routes)).toEqual(new Set(["traditional", "optimized"]))
  })

  it.each([
    ["optimized", onProgram],
    ["traditional", onPrompt],
  ] as const)("counts their word for the %s track that answered", async (assigned, seed) => {
    const given = await started()
    const { report } = await runOnce(given, judgedLater, { inputs, seed })

    const said = await given.track.feedback({ runId: report.runId, step: "sort", score: 0.25 })

    expect(said).toMatchObject({ counted: true, repeated: false, because: `counted for the ${assigned} track` })
    expect(await tracksOf(given)).toMatchObject({ [assigned]: { n: 1, quality: 0.25 } })
    expect(only(given.systemEvents, "FeedbackReceived")).toMatchObject([
      { ofRun: report.runId, score: 0.25, counted: true, feedback: said.id },
    ])
  })

  it("counts it once, however often it comes, and whoever else has a word", async () => {
    const given = await started()
    const { report } = await runOnce(given, judgedLater, { inputs, seed: onProgram })
    const word = { runId: report.runId, step: "sort", score: 1 }

    const [first, ...again] = [
      await given.track.feedback(word),
      await given.track.feedback(word),
      await given.track.feedback({ ...word, id: "mine" }),
      await given.track.feedback({ ...word, score: 0 }),
    ]

    expect(first).toMatchObject({ counted: true })
    expect(again.map(({ counted, repeated }) => [counted, repeated])).toEqual([
      [false, true],
      [false, false],
      [false, false],
    ])
    expect(await tracksOf(given)).toMatchObject({ optimized: { n: 1, quality: 1 } })
    expect(only(given.systemEvents, "FeedbackReceived").filter(({ counted }) => counted)).toHaveLength(1)
  })

  it("counts it once where it comes many times at once, from two processes", async () => {
    const store = aDirectory()
    const [one, other] = [await started({ store }), await started({ store })]
    const { report } = await runOnce(one, judgedLater, { inputs, seed: onProgram })
    const word = { runId: report.runId, step: "sort", score: 1 }

    const said = await Promise.all([one, other, one, other, one, other].map(({ track }) => track.feedback(word)))

    expect(said.filter(({ counted }) => counted)).toHaveLength(1)
    expect(await tracksOf(one)).toMatchObject({ optimized: { n: 1, quality: 1 } })
  })

  it("tells how often the tracks answer without anyone's word, and needs none on a failure", async () => {
    const given = await started({}, { ...answering, program: { does: "server_error", price: 1 } })
    await runOnce(given, judgedLater, { inputs, seed: onPrompt })

    const { report } = await runOnce(given, judgedLater, { inputs, seed: onProgram })
    const said = await given.track.feedback({ runId: report.runId, step: "sort", score: 1 })

    expect(await tracksOf(given)).toMatchObject({
      traditional: { n: 1, successRate: 1, quality: null },
      optimized: { n: 1, successRate: 0 },
    })
    expect(said).toMatchObject({ counted: false, because: expect.stringContaining("did not answer") })
  })

  it("decides by it which track is better", async () => {
    const given = await started()

    for (let seed = 0; seed < 400 && only(given.systemEvents, "ExperimentDecided").length === 0; seed += 1) {
      const { report } = await runOnce(given, judgedLater, { inputs, seed })
      const score = report.steps[0]?.executed === "optimized" ? 1 : 0
      await given.track.feedback({ runId: report.runId, step: "sort", score })
    }
    const { report } = await runOnce(given, judgedLater, { inputs, seed: onProgram })

    expect(only(given.systemEvents, "ExperimentDecided")).toMatchObject([{ winner: "optimized" }])
    expect(report.steps[0]?.route).toMatchObject({ to: "optimized", reason: "optimized_won" })
  }, 60_000)
})

describe("feedback", () => {
  it.each([
    ["a run that nobody knows", { runId: "run-unknown" }, "no run run-unknown is known here"],
    ["a step that the run does not have", { step: "sorting" }, 'has no completed step "sorting"; it has sort'],
    ["a score that is none", { score: 1.5 }, "score 1.5: expected a number from 0 to 1"],
    ["a score that is no number", { score: Number.NaN }, "expected a number from 0 to 1"],
  ])("on %s is refused in words", async (_, wrong, message) => {
    const given = await started()
    const { report } = await runOnce(given, judgedLater, { inputs })

    const refused = given.track.feedback({ runId: report.runId, step: "sort", score: 1, ...wrong })

    await expect(refused).rejects.toThrow(InputError)
    await expect(refused).rejects.toThrow(message)
    expect(only(given.systemEvents, "FeedbackReceived")).toEqual([])
  })

  it("on a step that is judged as it runs is taken, and counts for nothing", async () => {
    const given = await started()
    const { report } = await runOnce(given, oneStep({ quality: ["schema"] }), { inputs })

    const said = await given.track.feedback({ runId: report.runId, step: "sort", score: 0 })

    expect(said).toMatchObject({ counted: false, because: "the step's answers are judged as they come" })
  })

  it("with expected outputs leaves a row to learn from, which redact has seen", async () => {
    const store = aDirectory()
    const given = await started({
      store,
      redact: (row) => ({ ...row, inputs: { message: String(row.inputs["message"]).replace(/\S+@\S+/, "[address]") } }),
    })
    const { report } = await runOnce(given, collecting, { inputs: { message: "money back to ada@example.org" } })

    const word = { runId: report.runId, step: "sort", score: 0, expected: { intent: "order" } }
    const said = await given.track.feedback(word)
    await given.track.feedback(word)

    expect(said.because).toContain("the expected outputs are kept to learn from")
    expect(rowsIn(store)).toMatchObject([
      { inputs: { message: "money back to [address]" }, outputs: { intent: "order" }, provenance: { quality: 1 } },
    ])
    expect(JSON.stringify(storedEntries(store, "step_outcomes"))).not.toContain("ada@example.org")
  })

  it.each([
    [{ intnt: "order" }, 'there is no output "intnt" (did you mean "intent"?); the outputs are intent'],
    [{ intent: "refnd" }, '"refnd" is no label of "intent", which is one of: refund; order; did you mean "refund"?'],
    [{ intent: 3 }, '"intent" is to be one of: refund; order, not 3'],
    [{}, "no output is said; the outputs are intent"],
  ])(
    "with the outputs %j, which nothing can be learned from, is refused and not counted",
    async (expected, problem) => {
      const given = await started()
      const { report } = await runOnce(given, collecting, { inputs, seed: onProgram })
      const word = { runId: report.runId, step: "sort", score: 0 }

      const refused = await given.track.feedback({ ...word, expected }).catch((error: unknown) => error)
      const said = await given.track.feedback({ ...word, expected: { intent: "order" } })

      expect(refused).toBeInstanceOf(InputError)
      expect(refused).toMatchObject({ message: `expected outputs of step "sort": ${problem}` })
      expect(said).toMatchObject({ counted: true, repeated: false })
    },
  )

  it("leaves no row where the workflow collects none, or redact lets none through", async () => {
    for (const [workflow, redact] of [
      [judgedLater, undefined],
      [collecting, () => null],
    ] as const) {
      const store = aDirectory()
      const given = await started({ store, ...(redact === undefined ? {} : { redact }) })
      const { report } = await runOnce(given, workflow, { inputs: { message: "from Ada" } })

      await given.track.feedback({ runId: report.runId, step: "sort", score: 1, expected: { intent: "order" } })

      expect(rowsIn(store)).toEqual([])
      expect(JSON.stringify(storedEntries(store, "step_outcomes"))).not.toContain("from Ada")
    }
  })
})
