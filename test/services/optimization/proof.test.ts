import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test, vi } from "vitest"
import { join } from "node:path"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import type { Signature } from "../../../src/Signature.ts"
import { askProgram } from "../../../src/services/adapters/askProgram.ts"
import { FactRecorder } from "../../../src/services/FactRecorder.ts"
import { modelsLayer } from "../../../src/services/models/modelsLayer.ts"
import type { OptimizeReport } from "../../../src/services/optimization/concludeJob.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { demoLookup } from "../../../src/services/retrieval/demoLookup.ts"
import { folder, optimizing, services } from "./anOptimization.ts"
import { hasPublicData, type LabelledText, publicRows, spread } from "./publicData.ts"

const offline = modelsLayer({
  settings: decodeSettings({ model: "offline/in-context" }),
  environment: {},
  models: {},
}).pipe(Layer.provide(Layer.succeed(FactRecorder, { record: () => Effect.void })))

interface Compiled {
  readonly report: OptimizeReport
  /** The share of test rows that the program answers with their label, counted from its raw answers. */
  readonly correct: number
}

/** Compiles a program for naming labels with the offline model, and counts what it gets right on the test rows. */
const compile = async (
  { train, test }: { readonly train: ReadonlyArray<LabelledText>; readonly test: ReadonlyArray<LabelledText> },
  { optimizer, demos, open = false }: { readonly optimizer: string; readonly demos: number; readonly open?: boolean },
): Promise<Compiled> => {
  const labels = [...new Set(train.map(({ label }) => label))].toSorted()
  const [first = "", ...others] = labels
  const signature: Signature = {
    instructions: open ? "Solve the problem. Answer with the number alone." : "Name the label of the text.",
    inputs: [{ name: "text", type: "string" }],
    outputs: [open ? { name: "answer", type: "string" } : { name: "label", type: "enum", values: [first, ...others] }],
  }
  const content = open
    ? "Solve this problem. Answer with the number alone.\n\n{{inputs.text}}"
    : `Name the label of the text. Answer with one of: ${labels.join(", ")}\n\nText:\n{{inputs.text}}`
  const step = { name: "label", type: "claude", prompt: [{ type: "static" as const, content }], signature }
  const trainset = join(folder({ "rows.jsonl": train.map((row) => JSON.stringify(row)).join("\n") }), "rows.jsonl")

  const job = Effect.gen(function* () {
    const [report] = yield* optimizing({
      workflow: { name: "proof", steps: [step] },
      options: { trainset, optimizer, demos, metric: "exact_match" },
      settings: { model: "offline/in-context", seed: 1 },
    })
    if (report === undefined) throw new Error("no report")
    const store = yield* ProgramStore
    const { program } = yield* store.get(report.programId)
    const { candidate } = program
    const rows = candidate.retrieval && demoLookup(yield* store.rows(candidate.retrieval.rows), signature)
    const origin = { runId: "proof", step: "label", path: "label", track: "optimized" } as const
    const answers = yield* Effect.forEach(test, ({ input }) =>
      Effect.result(
        askProgram({
          signature,
          candidate,
          ...(rows === undefined ? {} : { rows }),
          inputs: { text: input },
          model: program.model,
          origin,
        }),
      ),
    )
    const right = answers.filter(
      (answer, row) => answer._tag === "Success" && Object.values(answer.success.outputs)[0] === test[row]?.label,
    )
    return { report, correct: right.length / test.length }
  })
  return Effect.runPromise(Effect.provide(job, services(offline)))
}

const relabelled = (rows: ReadonlyArray<LabelledText>, names: ReadonlyMap<string, string>) =>
  rows.map(({ input, label }) => ({ input, label: names.get(label) ?? label }))

// Compiling on whole data sets takes seconds, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(!hasPublicData)("on intents of spoken commands (snips)", () => {
  const data = {
    train: spread(publicRows("snips/train.jsonl"), 6000),
    test: spread(publicRows("snips/test.jsonl"), 350),
  }
  const labels = [...new Set(data.train.map(({ label }) => label))].toSorted()

  test("random search with 16 demos is adopted over a weak prompt, and right on three of four test rows", async () => {
    const { report, correct } = await compile(data, { optimizer: "bootstrap_few_shot_random_search", demos: 16 })

    expect(report.heldOut?.baseline).toBeLessThanOrEqual(0.65)
    expect(report.adopted).toBe(true)
    expect(correct).toBeGreaterThanOrEqual(0.75)
  })

  test("zero-shot is right on two of three test rows at most", async () => {
    const { correct } = await compile(data, { optimizer: "labeled_few_shot", demos: 0 })

    expect(correct).toBeLessThanOrEqual(0.65)
  })

  test("8 demos picked per input are right on 94 of 100 test rows, whatever the labels are called or swapped to", async () => {
    const knn = { optimizer: "knn_few_shot", demos: 8 }
    const codes = new Map(labels.map((label, at) => [label, `k${(at * 37) % 101}`]))
    const swapped = new Map(labels.map((label, at) => [label, labels[(at + 1) % labels.length] ?? label]))
    const renamed = (names: ReadonlyMap<string, string>) =>
      compile({ train: relabelled(data.train, names), test: relabelled(data.test, names) }, knn)

    const [plain, coded, followed] = [await compile(data, knn), await renamed(codes), await renamed(swapped)]

    expect(plain.report.adopted).toBe(true)
    expect(plain.correct).toBeGreaterThanOrEqual(0.94)
    expect(coded.correct).toBeGreaterThanOrEqual(0.94)
    expect(followed.correct).toBeGreaterThanOrEqual(0.94)
  })
})

describe.skipIf(!hasPublicData)("on 77 intents of bank customers (banking77)", () => {
  const data = { train: publicRows("banking77/train.jsonl"), test: spread(publicRows("banking77/test.jsonl"), 300) }

  test("fixed demos, which cannot win, are not adopted", async () => {
    const { report } = await compile(
      { ...data, train: spread(data.train, 2000) },
      { optimizer: "bootstrap_few_shot", demos: 16 },
    )

    expect(report.adopted).toBe(false)
  })

  test("demos picked per input are right on 82 of 100 test rows", async () => {
    const { report, correct } = await compile(data, { optimizer: "knn_few_shot", demos: 8 })

    expect(report.adopted).toBe(true)
    expect(correct).toBeGreaterThanOrEqual(0.82)
  })
})

describe.skipIf(!hasPublicData)("on sums told as stories (gsm8k)", () => {
  const data = {
    train: spread(publicRows("gsm8k/train.jsonl"), 1000),
    test: spread(publicRows("gsm8k/test.jsonl"), 30),
  }

  test.each(["labeled_few_shot", "bootstrap_few_shot", "knn_few_shot"])(
    "nothing that %s compiles is adopted",
    async (optimizer) => {
      const { report } = await compile(data, { optimizer, demos: 8, open: true })

      expect(report.adopted).toBe(false)
    },
  )
})
