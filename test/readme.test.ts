import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { commandsOf, missingLines, programIds, readmeBlocks } from "./readme/ReadmeBlock.ts"
import { WorkingCopy } from "./readme/WorkingCopy.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const documents = ["README.md", ...globSync(["examples/*/README.md", "docs/*.md"], { cwd: root }).toSorted()]

describe.each(documents)("%s", (document) => {
  const markdown = readFileSync(join(root, document), "utf8")
  const blocks = readmeBlocks(markdown)
  const inLanguage = (language: string) => blocks.filter((block) => block.language === language)
  const programs = inLanguage("ts").map((block) => ({ ...block, program: `readme-${block.line}.ts` }))

  /** A `text` or `mermaid` block says what the block before it prints. */
  const expectShown = (line: number, printed: string) => {
    const shown = blocks[blocks.findIndex((block) => block.line === line) + 1]
    if (shown === undefined || !["text", "mermaid"].includes(shown.language)) return
    expect(shown.text.trim(), `line ${shown.line} shows no output`).not.toBe("")
    expect(missingLines(shown.text, printed)).toEqual([])
    const printedIds = programIds(printed)
    programIds(shown.text).forEach((id, index) => idsHere.set(id, printedIds[index] ?? id))
  }

  /** The ids of programs that the document shows, and what they are called here: an id changes with what it stands for. */
  const idsHere = new Map<string, string>()
  const withIdsOfHere = (command: string) => command.replaceAll(/prog-[0-9a-f]{16}/g, (id) => idsHere.get(id) ?? id)

  let copy: WorkingCopy
  beforeAll(() => {
    copy = new WorkingCopy(root)
    for (const { file, text } of blocks) if (file !== undefined) copy.write(file, text)
    for (const { program, text } of programs) {
      copy.write(program, text.replaceAll(`"doubletrack"`, `"./src/index.ts"`))
    }
  })
  afterAll(() => copy.remove())

  test.each(inLanguage("sh"))(
    "the commands in line $line run and print what is shown",
    { timeout: 120_000 },
    async (block) => {
      const printed: Array<string> = []
      for (const { command, exitStatus } of commandsOf(block))
        printed.push(await copy.runAsDocumented({ command: withIdsOfHere(command), exitStatus }))

      expectShown(block.line, printed.join("\n"))
    },
  )

  test.each(programs.filter(({ flags }) => !flags.includes("no-run")))(
    "the TypeScript in line $line runs",
    { timeout: 60_000 },
    async ({ program, line }) => {
      const printed = await copy.runAsDocumented({ command: `node ${program}`, exitStatus: 0 })

      expectShown(line, printed)
    },
  )

  test.each(inLanguage("yaml").filter(({ flags }) => !flags.includes("fragment") && !flags.includes("broken")))(
    "the workflow in line $line is valid",
    { timeout: 60_000 },
    async ({ line, text, file = `readme-${line}.yaml` }) => {
      copy.write(file, text)

      await copy.runAsDocumented({ command: `npm run -s doubletrack -- validate ${file}`, exitStatus: 0 })
    },
  )

  test.each(inLanguage("json"))("the JSON in line $line parses", ({ text }) => {
    expect(() => JSON.parse(text)).not.toThrow()
  })

  test("every link into the repository leads to a file", () => {
    const targets = [...markdown.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target)

    expect(targets.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([])
  })
})

test("the TypeScript of all documents satisfies the compiler", { timeout: 120_000 }, async () => {
  const copy = new WorkingCopy(root)
  onTestFinished(() => copy.remove())
  for (const [index, document] of documents.entries()) {
    for (const { language, file, line, text } of readmeBlocks(readFileSync(join(root, document), "utf8"))) {
      if (file !== undefined) copy.write(join("documents", `${index}`, file), text)
      if (language !== "ts") continue
      copy.write(
        join("documents", `${index}`, `line-${line}.ts`),
        text.replaceAll(`"doubletrack"`, `"../../src/index.ts"`),
      )
    }
  }
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
  copy.write(
    "tsconfig.readme.json",
    JSON.stringify({ extends: "./tsconfig.json", compilerOptions, include: ["documents"] }),
  )

  await copy.runAsDocumented({ command: "npx tsc -p tsconfig.readme.json", exitStatus: 0 })
})
