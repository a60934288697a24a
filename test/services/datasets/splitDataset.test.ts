import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { splitDataset } from "../../../src/services/datasets/splitDataset.ts"
import { withoutOverlap } from "../../../src/services/datasets/withoutOverlap.ts"
import { loaded } from "./aFile.ts"

const examples = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ inputs: { message: `m${index}` }, outputs: { intent: "refund" } }))

describe("a split", () => {
  const share = fc.double({ min: 0, max: 0.5, noNaN: true })

  test("puts every example in exactly one part, the same for the same seed", () => {
    fc.assert(
      fc.property(fc.nat(80), fc.integer(), share, share, (count, seed, validationShare, heldOutShare) => {
        const all = examples(count)

        const split = splitDataset(all, { seed, validationShare, heldOutShare })

        const parts = [...split.train, ...split.validation, ...split.heldOut]
        expect(new Set(parts)).toEqual(new Set(all))
        expect(parts).toHaveLength(count)
        expect(splitDataset(all, { seed, validationShare, heldOutShare })).toEqual(split)
        expect(count === 0 || split.train.length > 0).toBe(true)
      }),
    )
  })

  test("shuffles: another seed, another split", () => {
    const of = (seed: number) => splitDataset(examples(50), { seed }).heldOut

    expect(of(1)).not.toEqual(of(2))
  })

  test("keeps to its limits and gives what they cut off to training", () => {
    const split = splitDataset(examples(100), { seed: 1, limits: { validation: 5, heldOut: 7 } })

    expect([split.train.length, split.validation.length, split.heldOut.length]).toEqual([88, 5, 7])
    expect(splitDataset(examples(100), { seed: 1, limits: { train: 3 } }).train).toHaveLength(3)
  })
})

test("rows in two given files are named, counted and taken out of training first", async () => {
  const file = (inputs: ReadonlyArray<string>) =>
    inputs.map((input) => `{"input":"${input}","label":"refund"}`).join("\n")
  const train = await loaded("train.jsonl", file(["a", "b", "c", "d"]))
  const validation = await loaded("validation.jsonl", file(["b", "e", "f"]))
  const heldOut = await loaded("test.jsonl", file(["c", "d", "f"]))

  const split = withoutOverlap({ train, validation, heldOut })

  const messages = (dataset: typeof train | undefined) => dataset?.examples.map(({ inputs }) => inputs["message"])
  expect(messages(split.train)).toEqual(["a"])
  expect(messages(split.validation)).toEqual(["b", "e"])
  expect(messages(split.heldOut)).toEqual(["c", "d", "f"])
  expect(split.train.problems.map(({ message }) => message.replace(/in .*\//, "in "))).toEqual([
    "1 of its inputs is in validation.jsonl, too (line 2), and left out here",
    "2 of its inputs are in test.jsonl, too (lines 3, 4), and left out here",
  ])
  expect(split.validation?.problems).toHaveLength(1)
  expect(split.train.fingerprint).not.toBe(train.fingerprint)
})
