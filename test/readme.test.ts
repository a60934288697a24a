import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { commandsOf, missingLines, readmeBlocks } from "./readme/ReadmeBlock.ts"
import { WorkingCopy } from "./readme/WorkingCopy.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const markdown = readFileSync(join(root, "README.md"), "utf8")
const blocks = readmeBlocks(markdown)
const inLanguage = (language: string) => blocks.filter((block) => block.language === language)

let copy: WorkingCopy
beforeAll(() => {
  copy = new WorkingCopy(root)
  for (const { file, text } of blocks) if (file !== undefined) copy.write(file, text)
})
afterAll(() => copy.remove())

describe("commands of the README", () => {
  test.each(inLanguage("sh"))("line $line runs and prints what is documented", { timeout: 120_000 }, async (block) => {
    const printed: Array<string> = []
    for (const command of commandsOf(block)) printed.push(await copy.runAsDocumented(command))

    const shown = blocks[blocks.indexOf(block) + 1]
    if (shown === undefined || !["text", "mermaid", "json"].includes(shown.language)) return
    expect(shown.text.trim(), `line ${shown.line} shows no output`).not.toBe("")
    expect(missingLines(shown.text, printed.join("\n"))).toEqual([])
  })
})

describe("TypeScript in the README", () => {
  const programs = inLanguage("ts").map((block) => ({ ...block, file: `readme-${block.line}.ts` }))

  beforeAll(() => {
    for (const { file, text } of programs) copy.write(file, text.replaceAll(`"doubletrack"`, `"./src/index.ts"`))
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
    copy.write(
      "tsconfig.readme.json",
      JSON.stringify({ extends: "./tsconfig.json", compilerOptions, include: ["readme-*.ts"] }),
    )
  })

  test.skipIf(programs.length === 0)("satisfies the compiler", { timeout: 120_000 }, async () => {
    await copy.runAsDocumented({ command: "npx tsc -p tsconfig.readme.json", exitStatus: 0 })
  })

  test.each(programs.filter(({ flags }) => !flags.includes("no-run")))(
    "line $line runs",
    { timeout: 60_000 },
    async ({ file }) => {
      await copy.runAsDocumented({ command: `node ${file}`, exitStatus: 0 })
    },
  )
})

describe("data in the README", () => {
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

    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([])
  })
})
