import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { StepDspyConfig } from "../../../src/DspyConfig.ts"
import type { Example } from "../../../src/Example.ts"
import { splitRows } from "../../../src/services/optimization/splitRows.ts"
import { ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import { TrainingData } from "../../../src/services/training/TrainingData.ts"
import type { TrainingSource } from "../../../src/services/training/TrainingRow.ts"
import type { WorkflowInput } from "../../../src/Workflow.ts"
import { countedModel } from "./aJob.ts"
import { folder, jsonl, optimizing, type Optimizing, services, sortedOrNot } from "./anOptimization.ts"
import { examples, signature } from "./colourTask.ts"

const workflowWith = (step: StepDspyConfig, workflow: StepDspyConfig = {}): WorkflowInput => ({
  name: "colours",
  dspy_config: { evaluation_mode: "knn_few_shot", ...workflow },
  steps: [
    {
      name: "sort",
      type: "claude",
      prompt: [{ type: "static", content: "Is the colour warm or cold? {{inputs.message}}" }],
      signature,
      dspy_config: step,
    },
  ],
})

interface Left {
  readonly rows: ReadonlyArray<Example>
  readonly source?: TrainingSource
}

const collect = ({ rows, source = "expected" }: Left) =>
  TrainingData.use((data) =>
    Effect.forEach(rows, (row) =>
      data.collect(signature, {
        ...row,
        provenance: {
          source,
          runId: "run-1",
          step: "sort",
          workflow: "colours",
          at: "2026-01-01T00:00:00.000Z",
          quality: 1,
        },
      }),
    ),
  )

/** Optimizes where runs have left these rows; gives the data of the program and what was noticed. */
const optimized = async (left: ReadonlyArray<Left>, what: Optimizing) => {
  const notices: Array<string> = []
  const effect = Effect.gen(function* () {
    yield* Effect.forEach(left, collect)
    const [report] = yield* optimizing({ ...what, notice: (message) => void notices.push(message) })
    const { program } = yield* ProgramStore.use((store) => store.get(report!.programId))
    return { data: program.data, notices }
  })
  const layer = TrainingData.layer().pipe(Layer.provideMerge(services(countedModel(sortedOrNot).layer)))
  return Effect.runPromise(Effect.result(Effect.provide(effect, layer)))
}

const success = async (left: ReadonlyArray<Left>, what: Optimizing) => {
  const result = await optimized(left, what)
  if (result._tag === "Failure") throw result.failure
  return result.success
}
const failure = async (left: ReadonlyArray<Left>, what: Optimizing) => {
  const result = await optimized(left, what)
  if (result._tag === "Success") throw new Error("it was optimized")
  return result.failure
}

const collecting = workflowWith({ collect_training_data: true })
const withFile = workflowWith({ collect_training_data: true, training_data_path: "train.jsonl" })

describe("without a training file", () => {
  test("rows that persons corrected stand alone", async () => {
    const { data } = await success([{ rows: examples(40) }], { workflow: collecting })

    expect(data).toMatchObject({ train: 20, validation: 8, heldOut: 12, collected: 40 })
  })

  test("answers of models stand alone, and it is said what a score on them means", async () => {
    const { data, notices } = await success([{ rows: examples(40), source: "outcome" }], { workflow: collecting })

    expect(data).toMatchObject({ train: 20, validation: 8, heldOut: 12, collected: 40 })
    expect(notices).toEqual([
      "rows that runs have left: 40, of which a person corrected 0",
      expect.stringContaining("how often it repeats them"),
    ])
  })

  test.each([
    [0, "0 rows"],
    [1, "1 row"],
    [9, "9 rows"],
  ])("%i rows are refused, with how many there are and are needed", async (count, text) => {
    const { message } = await failure([{ rows: examples(count) }], { workflow: collecting })

    expect(message).toContain(
      'step "sort" has no training data: pass --trainset FILE, or set dspy_config.training_data_path.',
    )
    expect(message).toContain(`Its runs have left ${text} so far, and at least 10 are needed`)
  })

  test("rows count only for a step that collects them", async () => {
    const { message } = await failure([{ rows: examples(40) }], {
      workflow: workflowWith({ collect_training_data: false }, { collect_training_data: true }),
    })

    expect(message).toMatch(/has no training data: .* dspy_config\.training_data_path$/)
  })

  test("the workflow says it for steps that say nothing", async () => {
    const { data } = await success([{ rows: examples(40) }], {
      workflow: workflowWith({}, { collect_training_data: true }),
    })

    expect(data.collected).toBe(40)
  })
})

describe("beside a training file", () => {
  test("corrections are split like its rows, answers of models only train", async () => {
    const { data, notices } = await success(
      [{ rows: examples(40, 120) }, { rows: examples(50, 160), source: "feedback" }],
      { workflow: withFile },
    )

    expect(data).toMatchObject({ train: 80 + 50, validation: 32, heldOut: 48, collected: 90 })
    expect(notices).toEqual(["rows that runs have left: 90, of which a person corrected 40"])
  })

  test("rows that are in the file or in the validation file are not taken twice", async () => {
    const valset = join(folder({ "val.jsonl": jsonl(examples(30, 200)) }), "val.jsonl")

    const { data } = await success([{ rows: examples(120) }, { rows: examples(40, 195) }], {
      workflow: withFile,
      options: { valset },
    })

    expect(data).toMatchObject({ validation: 30, collected: 10 })
    expect(data.train + data.heldOut).toBe(130)
  })

  test("rows change the fingerprint", async () => {
    const plain = await success([], { workflow: withFile })
    const more = await success([{ rows: examples(1, 500) }], { workflow: withFile })

    expect(plain.data).not.toHaveProperty("collected")
    expect(more.data.fingerprint).not.toBe(plain.data.fingerprint)
  })

  test("rows that do not fit the signature are left out, and said", async () => {
    const unfit = [{ inputs: { message: "x" }, outputs: { side: "lukewarm" } }]

    const { data, notices } = await success([{ rows: unfit }, { rows: examples(2, 500) }], { workflow: withFile })

    expect(data.collected).toBe(2)
    expect(notices).toContain("rows that runs have left and that do not fit the signature: 1, left out")
  })

  test("too few rows of both are refused with both numbers", async () => {
    const error = await failure([{ rows: examples(3, 500) }], {
      workflow: withFile,
      files: { "train.jsonl": jsonl(examples(4)) },
    })

    expect(error.message).toMatch(
      /train\.jsonl has 4 usable rows, and the step's runs have left 3 rows more; at least 10/,
    )
  })
})

describe("a split", () => {
  const options = { seed: 3, heldOutShare: 0.3, validationShare: 0.2 }
  const texts = (rows: ReadonlyArray<Example>) => rows.map(({ inputs }) => inputs["message"])

  test("has no row in two parts and loses none, and measures on no model's answer where persons say enough", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.nat(40), fc.integer(), (file, expected, answered, seed) => {
        const sources = {
          file: examples(file),
          expected: examples(expected, 100),
          answered: examples(answered, 200),
        }

        const { train, validation, heldOut } = splitRows(sources, { ...options, seed })

        const all = texts([...train, ...validation, ...heldOut])
        expect(all.toSorted()).toEqual(texts([...sources.file, ...sources.expected, ...sources.answered]).toSorted())
        const answers = new Set(texts(sources.answered))
        if (file + expected >= 10) {
          expect(texts([...validation, ...heldOut]).filter((text) => answers.has(text))).toEqual([])
        }
      }),
    )
  })

  test("leaves nearly all rows in their part when more come, in whatever order", () => {
    const before = splitRows({ file: examples(50), expected: examples(100, 100), answered: [] }, options)
    const after = splitRows(
      { file: examples(50), expected: [...examples(60, 300), ...examples(100, 100)], answered: [] },
      options,
    )

    const heldOut = new Set(texts(after.heldOut))
    const moved = texts(before.train).filter((text) => heldOut.has(text))
    expect(moved.length / before.train.length).toBeLessThan(0.05)
  })
})
