import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { describe, expect, test } from "vitest"
import { RunEvent } from "../../src/RunEvent.ts"
import { RunReport } from "../../src/RunReport.ts"
import { doubletrack, folder, pipeline } from "./commandLine.ts"

const decodeReport = Schema.decodeUnknownSync(Schema.fromJsonString(RunReport))

const triage = pipeline(
  {
    classify: "Label the message. Labels: refund, delivery.\nMessage: {{inputs.message}}",
    draft: "Answer: {{inputs.message}}",
  },
  { draft: "output_to_file: reply.txt" },
)

describe("run", () => {
  test("prints a line for each step, the answer, the files and the totals where it is piped", async () => {
    const cwd = folder({ "triage.yaml": triage })

    const { status, stdout, stderr } = await doubletrack(["run", "triage.yaml", "--input", "message=hello"], { cwd })

    expect(status).toBe(0)
    expect(stderr).toMatch(/^no key is set: .*offline\/in-context.*\n$/)
    expect(stdout).toMatch(/^✓ classify {2}traditional +\d+ ms +\$0 {2}\(no_signature\)$/m)
    expect(stdout).toMatch(/^✓ draft {5}traditional/m)
    expect(stdout).toMatch(/^written: outputs\/reply\.txt$/m)
    expect(stdout).toMatch(/^completed: 2 steps in .*\$0, \d+ tokens \(traditional\)$/m)
    expect(stdout).not.toContain("\u001B")
    expect(stdout).toContain(readFileSync(join(cwd, "outputs", "reply.txt"), "utf8"))
  })

  test("--json prints the report as the one document on standard output", async () => {
    const cwd = folder({ "triage.yaml": triage })

    const { status, stdout } = await doubletrack(["--json", "run", "triage.yaml", "--input", "message=a=b"], { cwd })

    const report = decodeReport(stdout)
    expect(status).toBe(0)
    expect(report).toMatchObject({ workflow: "triage", mode: "traditional", status: "completed" })
    expect(report.steps.map(({ name, executed }) => [name, executed])).toEqual([
      ["classify", "traditional"],
      ["draft", "traditional"],
    ])
    expect(report.results.draft).toMatchObject({ success: true })
  })

  test("--quiet prints the answer alone", async () => {
    const cwd = folder({ "triage.yaml": triage })

    const { stdout, stderr } = await doubletrack(["run", "triage.yaml", "--input", "message=hello", "--quiet"], { cwd })

    expect(stdout).toBe(`${readFileSync(join(cwd, "outputs", "reply.txt"), "utf8").trimEnd()}\n`)
    expect(stderr).toBe("")
  })

  test("runs once for each line of a JSONL file, a report on a line each, --input over the file", async () => {
    const cwd = folder({ "triage.yaml": triage, "messages.jsonl": `{"message":"one"}\n\n{"message":"two"}\n` })

    const { status, stdout, stderr } = await doubletrack(
      ["run", "triage.yaml", "--inputs", "messages.jsonl", "--input", "extra=x", "--json", "--events", "events.ndjson"],
      { cwd },
    )

    const reports = stdout
      .trimEnd()
      .split("\n")
      .map((line) => decodeReport(line))
    expect(status).toBe(0)
    expect(reports.map((report) => report.status)).toEqual(["completed", "completed"])
    expect(new Set(reports.map(({ runId }) => runId)).size).toBe(2)
    expect(stderr).toMatch(/^each of the 2 runs writes reply\.txt; the last one's stays$/m)
    expect(stderr).toMatch(/^run 1 of 2: completed, .*\$0$/m)
    expect(stderr).toMatch(/^run 2 of 2: completed/m)
    const runIds = eventsIn(cwd).map(({ runId }) => runId)
    expect(new Set(runIds)).toEqual(new Set(reports.map(({ runId }) => runId)))
  })

  test("--events appends every event as a line", async () => {
    const cwd = folder({ "triage.yaml": triage, "events.ndjson": "" })
    const args = ["run", "triage.yaml", "--input", "message=hello", "--events", "events.ndjson", "--quiet"]

    await doubletrack(args, { cwd })
    const once = eventsIn(cwd)
    await doubletrack(args, { cwd })
    const twice = eventsIn(cwd)

    expect(once[0]?._tag).toBe("RunStarted")
    expect(once.at(-1)?._tag).toBe("RunCompleted")
    expect(once.map(({ seq }) => seq)).toEqual(once.map((_, index) => index))
    expect(twice).toHaveLength(2 * once.length)
  })

  test("--dry-run prints the prompts and calls no model", async () => {
    const cwd = folder({ "triage.yaml": triage })
    const args = ["run", "triage.yaml", "--input", "message=hello", "--dry-run", "--model", "offline/in-context"]

    const { status, stdout } = await doubletrack([...args, "--json"], { cwd })

    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      prompts: [
        { step: "classify", prompt: "Label the message. Labels: refund, delivery.\nMessage: hello", complete: true },
        { step: "draft", prompt: "Answer: hello", complete: true },
      ],
    })
    expect(existsSync(join(cwd, "outputs"))).toBe(false)
  })

  test("mode dspy_optimized takes the fallback edge while there is no program, and --no-fallback refuses to", async () => {
    const signed = `${triage.replace(
      "      type: claude\n",
      "      type: claude\n      signature: { input_fields: [{ name: message, type: string }], output_fields: [{ name: label, type: string }] }\n",
    )}`
    const cwd = folder({ "triage.yaml": signed })
    const args = ["run", "triage.yaml", "--input", "message=hello", "--step-mode", "classify=dspy_optimized", "--json"]

    const fellBack = await doubletrack(args, { cwd })
    const refused = await doubletrack([...args, "--no-fallback"], { cwd })

    expect(decodeReport(fellBack.stdout).steps[0]).toMatchObject({
      route: { to: "fallback", reason: "dspy_unavailable" },
      assigned: "optimized",
      fellBack: true,
    })
    expect(refused.status).toBe(1)
    expect(decodeReport(refused.stdout)).toMatchObject({
      status: "failed",
      error: { step: "classify", reason: "dspy_unavailable" },
    })
  }, 60_000)

  test("settings come from the config file and the environment, the kill switch over modes", async () => {
    const cwd = folder({ "triage.yaml": triage, "doubletrack.config.json": `{ "outputDir": "kept" }` })

    const { stdout } = await doubletrack(["run", "triage.yaml", "--input", "message=x", "--mode", "hybrid"], {
      cwd,
      env: { DOUBLETRACK_FORCE: "traditional" },
    })

    expect(stdout).toMatch(/^completed: .*\(traditional\)$/m)
    expect(existsSync(join(cwd, "kept", "reply.txt"))).toBe(true)
  })

  test("of several runs none begins while one lacks an input", async () => {
    const cwd = folder({ "triage.yaml": triage, "in.jsonl": '{"message":"a"}\n{"massage":"b"}\n{"message":"c"}\n' })

    const { status, stdout, stderr } = await doubletrack(["run", "triage.yaml", "--inputs", "in.jsonl"], { cwd })

    expect(status).toBe(2)
    expect(stdout).toBe("")
    expect(stderr).toContain('run 2 of 3: input "message" is not given: pass --input message=…')
  })

  // The device of Linux that is always full; without it a full disk cannot be shown.
  test.skipIf(!existsSync("/dev/full"))(
    "a full disk under --events is said once and does not end the run",
    async () => {
      const cwd = folder({ "triage.yaml": triage })

      const { status, stderr } = await doubletrack(
        ["run", "triage.yaml", "--input", "message=x", "--events", "/dev/full"],
        { cwd },
      )

      expect(status).toBe(0)
      expect(stderr.match(/cannot be written any more/g)).toHaveLength(1)
    },
  )

  test("paths are meant from where npm run was typed", async () => {
    const cwd = folder({ "triage.yaml": triage })

    const { status } = await doubletrack(["run", "triage.yaml", "--input", "message=x", "--quiet"], {
      cwd: folder(),
      env: { DOUBLETRACK_FROM_NPM: "1", INIT_CWD: cwd },
    })

    expect(status).toBe(0)
    expect(existsSync(join(cwd, "outputs", "reply.txt"))).toBe(true)
  })
})

const eventsIn = (cwd: string) =>
  readFileSync(join(cwd, "events.ndjson"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Schema.decodeUnknownSync(Schema.fromJsonString(RunEvent))(line))
