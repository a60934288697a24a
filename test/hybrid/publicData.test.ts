import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { draw } from "../../src/draw.ts"
import { Doubletrack } from "../../src/index.ts"
import type { OptimizeReport } from "../../src/services/optimization/concludeJob.ts"
import type { OwnAssessor } from "../../src/services/assessors/OwnAssessor.ts"
import { servePrograms } from "../../src/services/programs/servePrograms.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { hasPublicData, type LabelledText, publicRows, spread } from "../services/optimization/publicData.ts"
import { aDirectory, aTrack, only, runOnce, type StartedTrack } from "./aTrack.ts"

/** How long answers take says something of this machine, and of what else it does. */
const hybrid = { mode: "hybrid", guardrails: { slow_share_rise: 1 } } as const

/** Right is what the label says, which neither track is shown. */
const right: OwnAssessor = { name: "right", assess: ({ inputs, text }) => text === inputs["label"] }

const labelling = (rows: ReadonlyArray<LabelledText>): WorkflowInput => {
  const [first = "", ...others] = [...new Set(rows.map(({ label }) => label))].toSorted()
  return {
    name: "commands",
    hybrid_config: hybrid,
    steps: [
      {
        name: "label",
        type: "claude",
        quality: [{ assess: "right" }],
        signature: {
          instructions: "Name the label of the text.",
          inputs: [{ name: "text", type: "string" }],
          outputs: [{ name: "intent", type: "enum", values: [first, ...others] }],
        },
        prompt: [
          {
            type: "static",
            content: `Name the label of the text. Answer with one of: ${[first, ...others].join(", ")}\n\nText:\n{{inputs.text}}`,
          },
        ],
      },
    ],
  }
}

const solving: WorkflowInput = {
  name: "sums",
  hybrid_config: hybrid,
  steps: [
    {
      name: "solve",
      type: "claude",
      quality: [{ assess: "right" }],
      signature: {
        instructions: "Solve the problem. Answer with the number alone.",
        inputs: [{ name: "text", type: "string" }],
        outputs: [{ name: "answer", type: "string" }],
      },
      prompt: [{ type: "static", content: "Solve this problem. Answer with the number alone.\n\n{{inputs.text}}" }],
    },
  ],
}

interface Compiled {
  readonly store: string
  readonly report: OptimizeReport | undefined
}

/** Compiles a program with the offline model, and leaves it in a state directory. */
const compile = async (
  workflow: WorkflowInput,
  rows: ReadonlyArray<LabelledText>,
  optimizer: string,
): Promise<Compiled> => {
  const store = mkdtempSync(join(tmpdir(), "doubletrack-hybrid-"))
  const trainset = join(store, "rows.jsonl")
  writeFileSync(trainset, rows.map((row) => JSON.stringify(row)).join("\n"))
  const track = await Doubletrack.start({ environment: {}, store, model: "offline/in-context", assessors: [right] })
  const [report] = await track.optimize(workflow, { trainset, optimizer, demos: 8, metric: "exact_match", seed: 1 })
  await track.close()
  return { store, report }
}

/** A track with a copy of what was compiled. */
const withProgram = async ({ store }: Compiled): Promise<StartedTrack> => {
  const copy = aDirectory()
  cpSync(store, copy, { recursive: true })
  const layers = { optimized: servePrograms }
  return aTrack({ store: copy, model: "offline/in-context", assessors: [right], layers })
}

const routed = async (given: StartedTrack, workflow: WorkflowInput, { input, label }: LabelledText, seed: number) => {
  const { report, events } = await runOnce(given, workflow, { inputs: { text: input, label }, seed })
  const [route] = only(events, "StepRouted").map((event) => event.route)
  return { step: report.steps[0], route }
}

/** Rows that lie sorted by label, each label as often early as late. */
const mixed = (rows: ReadonlyArray<LabelledText>): ReadonlyArray<LabelledText> =>
  rows.toSorted((a, b) => draw(1, a.input) - draw(1, b.input))

describe.skipIf(!hasPublicData)("a hybrid step on spoken commands (snips), with the offline model", () => {
  const train = spread(publicRows("snips/train.jsonl"), 1500)
  const test = mixed(publicRows("snips/test.jsonl"))
  const workflow = labelling(train)
  const withThreshold = (performance_threshold: number): WorkflowInput => ({
    ...workflow,
    hybrid_config: { ...hybrid, performance_threshold },
  })
  let compiled: Compiled = { store: "", report: undefined }
  beforeAll(async () => {
    compiled = await compile(workflow, train, "knn_few_shot")
  }, 60_000)
  afterAll(() => rmSync(compiled.store, { recursive: true, force: true }))

  /** What was measured on held-out rows. */
  const gain = (): number => {
    const { adopted, heldOut } = compiled.report ?? {}
    expect(adopted).toBe(true)
    return (heldOut?.optimized ?? 0) - (heldOut?.baseline ?? 0)
  }

  it("lets a far better program work its way up to nearly all of the traffic", async () => {
    const given = await withProgram(compiled)
    const shares: Array<number> = []
    const reasons = new Set<string>()
    const scores = { traditional: new Array<number>(), optimized: new Array<number>() }

    for (const [seed, row] of test.entries()) {
      const { step, route } = await routed(given, workflow, row, seed)
      shares.push(route?.share ?? 0)
      reasons.add(route?.reason ?? "")
      scores[step?.executed ?? "traditional"].push(step?.quality ?? 0)
      if (shares.at(-1) === 0.98) break
    }

    expect(gain()).toBeGreaterThan(0.2)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect([shares[0], shares.at(-1)]).toEqual([0.05, 0.98])
    expect([...reasons].filter((reason) => !["promising", "optimized_won"].includes(reason))).toEqual([])
    expect(mean(scores.optimized) - mean(scores.traditional)).toBeGreaterThan(0.1)
  }, 60_000)

  it("compares a program whose gain may be worth it with the prompt, on every row", async () => {
    const given = await withProgram(compiled)
    const worthIt = withThreshold(gain() / 1.6)
    const routes: Array<string> = []

    for (const [seed, row] of test.slice(0, 40).entries()) {
      const { route } = await routed(given, worthIt, row, seed)
      routes.push(`${route?.to} ${route?.reason}`)
    }

    expect(new Set(routes)).toEqual(new Set(["comparing ab_test"]))
    const [experiment] = await given.track.experiments()
    expect(experiment?.comparison).toMatchObject({ pairs: 40 })
    expect(experiment?.comparison?.qualityDiff).toBeGreaterThan(0.1)
  }, 60_000)

  it("explores a program that gains less than is asked for", async () => {
    const given = await withProgram(compiled)
    const routes: Array<string> = []

    for (const [seed, row] of test.slice(0, 40).entries()) {
      const { route } = await routed(given, withThreshold(0.9), row, seed)
      routes.push(`${route?.assigned} ${route?.reason} ${route?.share}`)
    }

    expect(new Set(routes)).toEqual(new Set(["traditional exploration 0.1", "optimized exploration 0.1"]))
  }, 60_000)
})

describe.skipIf(!hasPublicData)("a hybrid step on sums told as stories (gsm8k), with the offline model", () => {
  it("stays with the prompt, since nothing that is compiled is better", async () => {
    const train = spread(publicRows("gsm8k/train.jsonl"), 300)
    const compiled = await compile(solving, train, "bootstrap_few_shot")
    onTestFinished(() => rmSync(compiled.store, { recursive: true, force: true }))

    const { step } = await routed(await withProgram(compiled), solving, train[0] ?? { input: "", label: "" }, 1)

    expect(compiled.report?.adopted).toBe(false)
    expect(step?.route).toMatchObject({ to: "traditional", reason: "no_program" })
  }, 60_000)
})

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length
