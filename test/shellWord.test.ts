import { execFileSync } from "node:child_process"
import fc from "fast-check"
import { expect, test } from "vitest"
import { shellWord } from "../src/shellWord.ts"

test("names that a shell takes as they are stay as they are, others are quoted", () => {
  const names = ["draft", "orders/ext-ract_2.yaml", "pay me", "it's", "", "$HOME", "größe"]

  const words = names.map(shellWord)

  expect(words).toEqual([
    "draft",
    "orders/ext-ract_2.yaml",
    "'pay me'",
    String.raw`'it'\''s'`,
    "''",
    "'$HOME'",
    "'größe'",
  ])
})

test("a shell reads every name as it was written", () => {
  const names = fc
    .sample(fc.string({ unit: "binary-ascii" }), { numRuns: 300, seed: 1 })
    .map((name) => name.replaceAll("\0", ""))

  const read = execFileSync("sh", ["-c", `printf '%s\\0' ${names.map(shellWord).join(" ")}`], { encoding: "utf8" })

  expect(read.split("\0").slice(0, -1)).toEqual(names)
})
