import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { NearestNeighbours } from "../../../../src/services/retrieval/NearestNeighbours.ts"
import { offlineAnswer } from "../../../../src/services/models/offline/offlineAnswer.ts"
import { answeredSection, chatPrompt, type LabelledText } from "./chatPrompt.ts"

// Public data sets beside a checkout of the repository; a user's machine may lack them.
const data = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url))
const hasData = existsSync(data)
if (!hasData) console.log("skipped: the data sets under ../shared/data are absent")

const rows = (file: string): ReadonlyArray<LabelledText> =>
  readFileSync(`${data}${file}`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

/** About `count` rows, evenly spread over the file. */
const spread = <Row>(all: ReadonlyArray<Row>, count: number): ReadonlyArray<Row> =>
  all.filter((_, at) => at % Math.ceil(all.length / count) === 0)

const labelsOf = (train: ReadonlyArray<LabelledText>): ReadonlyArray<string> =>
  [...new Set(train.map(({ label }) => label))].toSorted()

type Demos = (input: string) => ReadonlyArray<LabelledText>

const accuracy = (labels: ReadonlyArray<string>, test: ReadonlyArray<LabelledText>, demosFor: Demos): number =>
  test.filter(({ input, label }) => {
    const { text } = offlineAnswer(chatPrompt(labels, demosFor(input), input))
    return answeredSection(text, "intent") === label
  }).length / test.length

const nearestOf = (train: ReadonlyArray<LabelledText>, k: number): Demos => {
  const index = new NearestNeighbours(train.map(({ input }) => input))
  return (input) => index.nearest(input, k).flatMap(({ row }) => train[row] ?? [])
}

const relabelled = (all: ReadonlyArray<LabelledText>, names: ReadonlyMap<string, string>) =>
  all.map(({ input, label }) => ({ input, label: names.get(label) ?? label }))

describe.skipIf(!hasData)("on intents of spoken commands (snips)", () => {
  const train = hasData ? rows("snips/train.jsonl") : []
  const test = hasData ? spread(rows("snips/test.jsonl"), 175) : []
  const labels = labelsOf(train)

  it("is weak without examples, better than chance", () => {
    const measured = accuracy(labels, test, () => [])

    expect(measured).toBeGreaterThan(0.4)
    expect(measured).toBeLessThanOrEqual(0.65)
  })

  it("is fair with 16 examples, about as many of each intent", () => {
    const byLabel = labels.map((label) =>
      spread(
        train.filter((row) => row.label === label),
        3,
      ),
    )
    const demos = [0, 1, 2].flatMap((round) => byLabel.flatMap((own) => own[round] ?? [])).slice(0, 16)

    const measured = accuracy(labels, test, () => demos)

    expect(measured).toBeGreaterThan(0.6)
    expect(measured).toBeLessThan(0.9)
  })

  it("is strong with the 8 nearest examples, whatever the labels are called, and follows swapped labels", () => {
    const codes = new Map(labels.map((label, at) => [label, `k${(at * 37) % 101}`]))
    const swapped = new Map(labels.map((label, at) => [label, labels[(at + 1) % labels.length] ?? label]))
    const nearest = nearestOf(train, 8)
    const withNames = (names: ReadonlyMap<string, string>) =>
      accuracy([...names.values()], relabelled(test, names), (input) => relabelled(nearest(input), names))

    const measured = accuracy(labels, test, nearest)

    expect(measured).toBeGreaterThanOrEqual(0.95)
    expect(withNames(codes)).toBe(measured)
    expect(withNames(swapped)).toBe(measured)
  })
})

describe.skipIf(!hasData)("on 77 intents of bank customers (banking77)", () => {
  it("is good with the 8 nearest examples", () => {
    const train = rows("banking77/train.jsonl")
    const test = spread(rows("banking77/test.jsonl"), 200)

    expect(accuracy(labelsOf(train), test, nearestOf(train, 8))).toBeGreaterThanOrEqual(0.82)
  })
})

describe.skipIf(!hasData)("on sums told as stories (gsm8k)", () => {
  it("does not calculate and does not pretend to", () => {
    const demos = hasData ? rows("gsm8k/train.jsonl").slice(0, 8) : []
    const test = hasData ? spread(rows("gsm8k/test.jsonl"), 60) : []

    const right = test.filter(({ input, label }) => {
      const turns = demos.map((demo) => `Question: ${demo.input}\nAnswer: ${demo.label}\n\n`).join("")
      return offlineAnswer([{ role: "user", content: `${turns}Question: ${input}\nAnswer:` }]).text === label
    })

    expect(right.length / test.length).toBeLessThan(0.05)
  })
})
