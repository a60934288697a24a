import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ofMachine } from "../cli/commandLine.ts"

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
const cli = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url))

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "doubletrack-examples-"))
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Runs a program of ours in an empty directory, with no key in its environment; rejects when its exit status is not 0. */
const node = async (...args: ReadonlyArray<string>): Promise<string> => {
  const env = { ...ofMachine, HOME: directory }
  return (await promisify(execFile)(process.execPath, args, { cwd: directory, env })).stdout
}

describe("example programs", () => {
  test("embed.ts answers one step and watches a run to its end", async () => {
    const printed = (await node(example("embed.ts"))).trimEnd().split("\n")

    expect(printed[0]).toBe("payment")
    expect(printed.at(-2)).toMatch(/ RunCompleted\s*$/)
    expect(printed.at(-1)).toMatch(/^completed \{ intent: '\w+' \}$/)
  })

  test("workflow-in-typescript.ts completes with an answer", async () => {
    expect(await node(example("workflow-in-typescript.ts"))).toMatch(/^completed \S/)
  })
})

describe("example pipelines", () => {
  test("have nothing that a strict validation would report", async () => {
    const files = [example("support-triage/pipeline.yaml"), example("code-review.yaml")]

    const checked: unknown = JSON.parse(await node(cli, "validate", "--strict", "--json", ...files))

    expect(checked).toEqual(files.map(() => expect.objectContaining({ valid: true, problems: [] })))
  })

  test("support triage completes for each of its inputs", async () => {
    const pipeline = example("support-triage/pipeline.yaml")

    const printed = await node(cli, "run", pipeline, "--json", "--inputs", example("support-triage/inputs.jsonl"))

    const statuses = printed
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).status)
    expect(statuses).toEqual(Array.from({ length: 5 }, () => "completed"))
  })

  test("code review puts its findings into a file of the output directory", async () => {
    const printed = await node(cli, "run", example("code-review.yaml"), "--input", "focus=error handling", "--json")

    const written = readFileSync(join(directory, "outputs/code-review/review.md"), "utf8")
    expect(written.trim()).toBe(JSON.parse(printed).results.review.text.trim())
    expect(written.trim()).not.toBe("")
  })
})
