import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { commandsOf, missingLines, programIds, readmeBlocks } from "./ReadmeBlock.ts"
import { WorkingCopy } from "./WorkingCopy.ts"

const fenced = (info: string, ...lines: ReadonlyArray<string>) => ["```" + info, ...lines, "```"].join("\n")

test("finds fenced blocks with their language, flags and line", () => {
  const markdown = [
    "# Title",
    fenced("ts no-run file=a.ts", "const a = 1"),
    "text",
    "````md",
    fenced("sh", "ls"),
    "````",
  ].join("\n")

  expect(readmeBlocks(markdown)).toEqual([
    { language: "ts", flags: ["no-run"], file: "a.ts", text: "const a = 1", line: 2 },
    { language: "md", flags: [], text: fenced("sh", "ls"), line: 6 },
  ])
})

test("refuses a block that is never closed", () => {
  expect(() => readmeBlocks("a\n```sh\nls")).toThrow("line 2")
})

test("reads one command from each line, with the status that is documented for it", () => {
  const [block] = readmeBlocks(
    fenced(
      "sh",
      "# a comment",
      "git clone x",
      "npm ci",
      "echo a \\",
      "  b",
      "",
      "npm run demo",
      "exit 2  # exit status 2",
    ),
  )

  expect(commandsOf(block!)).toEqual([
    { command: "echo a b", exitStatus: 0 },
    { command: "npm run demo", exitStatus: 0 },
    { command: "exit 2", exitStatus: 2 },
  ])
})

test("compares outputs line by line, whatever the times and gaps", () => {
  const printed = "start\n  classify   traditional   12 ms\nnoise\ndone in 1.25 s\n"

  expect(missingLines("start\nclassify traditional 3 ms\n…\ndone in 4 s", printed)).toEqual([])
  expect(missingLines("done in 1 s\nstart", printed)).toEqual(["start"])
  expect(missingLines("classify optimized 12 ms", printed)).toEqual(["classify optimized <duration>"])
})

test("compares outputs whatever the ids of programs", () => {
  expect(missingLines("adopted prog-0123456789abcdef", "adopted prog-fedcba9876543210")).toEqual([])
  expect(missingLines("adopted prog-0123456789abcdef", "rejected prog-0123456789abcdef")).not.toEqual([])
})

test("finds the ids of programs in a text", () => {
  const text = "prog-0123456789abcdef is kept, not prog-fedcba9876543210\nserve prog-0123456789abcdef"

  expect(programIds(text)).toEqual(["prog-0123456789abcdef", "prog-fedcba9876543210"])
  expect(programIds("no program")).toEqual([])
})

test("fails with the output of a command that does not end as documented", async () => {
  const copy = new WorkingCopy(fileURLToPath(new URL(".", import.meta.url)))

  try {
    const failing = copy.runAsDocumented({ command: "echo told you >&2; exit 3", exitStatus: 0 })

    await expect(failing).rejects.toThrow("exits with 3, not 0:\ntold you")
    expect(await copy.runAsDocumented({ command: "ls ReadmeBlock.ts; exit 3", exitStatus: 3 })).toBe("ReadmeBlock.ts\n")
  } finally {
    copy.remove()
  }
})
