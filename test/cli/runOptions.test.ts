import { describe, expect, test } from "vitest"
import { doubletrack, folder, pipeline } from "./commandLine.ts"
import { hybridFolder, hybridPipeline } from "./hybridFolder.ts"

const reportsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))

test("--unit keeps a user on one track, in this command and the next", async () => {
  const messages = Array.from({ length: 10 }, (_, at) => JSON.stringify({ message: `message ${at}` })).join("\n")
  const judgedLater = hybridPipeline("triage", "feedback")
  const cwd = await hybridFolder(["triage"], { "triage.yaml": judgedLater, "messages.jsonl": messages })
  const args = ["run", "triage.yaml", "--inputs", "messages.jsonl", "--unit", "ann", "--json", "--quiet"]

  const first = await doubletrack(args, { cwd })
  const second = await doubletrack(args, { cwd })

  const assigned = [first, second].flatMap(({ stdout }) =>
    reportsOf(stdout).map(({ steps }) => [steps[0].route.reason, steps[0].assigned]),
  )
  expect(assigned).toHaveLength(20)
  expect(new Set(assigned.map(([reason]) => reason))).toEqual(new Set(["ab_test"]))
  expect(new Set(assigned.map(([, track]) => track)).size).toBe(1)
}, 60_000)

describe("limits of a run", () => {
  const twoSteps = pipeline({ classify: "Say one.", draft: "Say two." })

  test("--max-calls ends a run that needs more, with 1 and the limit", async () => {
    const cwd = folder({ "a.yaml": twoSteps })

    const { status, stdout, stderr } = await doubletrack(["run", "a.yaml", "--max-calls", "1", "--json"], { cwd })

    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed", error: { step: "draft", reason: "budget_exceeded" } })
    expect(stderr).toMatch(/1 of 1 calls/)
  })

  test("--max-cost lets pass what costs nothing", async () => {
    const cwd = folder({ "a.yaml": twoSteps })

    const { status } = await doubletrack(["run", "a.yaml", "--max-cost", "0", "--max-calls", "2", "--quiet"], { cwd })

    expect(status).toBe(0)
  })

  test.each([
    [["--max-calls", "0"], 'doubletrack run: --max-calls "0": expected 1 or more'],
    [["--max-cost", "-1"], 'doubletrack run: --max-cost "-1": expected 0 or more'],
    [["--max-cost", "cheap"], 'doubletrack run: --max-cost "cheap": expected '],
    [["--unit", ""], "doubletrack run: --unit needs a value: an id"],
  ])("%j is refused with 2", async (flags, message) => {
    const { status, stderr } = await doubletrack(["run", "a.yaml", ...flags], { cwd: folder({ "a.yaml": twoSteps }) })

    expect(status).toBe(2)
    expect(stderr).toContain(message)
  })
})

test("a run says once that compiling a program was queued, and how to do it now", async () => {
  const wanted = `${hybridPipeline("triage")}  dspy_config:
    optimization_enabled: true
    training_data_path: rows.jsonl
`
  const cwd = folder({ "a.yaml": wanted, "rows.jsonl": "" })
  const args = ["run", "a.yaml", "--input", "message=hello"]

  const first = await doubletrack(args, { cwd })
  const second = await doubletrack(args, { cwd })

  expect([first.status, second.status]).toEqual([0, 0])
  expect(first.stderr).toMatch(/^queued: compiling a program for sort; doubletrack optimize a\.yaml does it now$/m)
  expect(second.stderr).not.toContain("queued")
}, 60_000)
