import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { doubletrack, finished, folder, start } from "./commandLine.ts"
import { atServer, muteProvider } from "./servers.ts"

const pipeline = `
workflow:
  name: triage
  steps:
    - name: classify
      type: claude
      signature:
        input_fields: [{ name: message, type: string }]
        output_fields: [{ name: intent, type: enum, values: [refund, delivery] }]
      prompt:
        - type: static
          content: |
            Label the message. Labels: refund, delivery.
            Message: {{inputs.message}}
    - name: reply
      type: claude
      prompt: [{ type: static, content: "Thank you." }]
  dspy_config:
    evaluation_data_path: rows.csv
`

const rows = `message,intent
I want a refund,refund
where is my delivery,delivery
a refund please,refund
delivery is late,delivery
hello,refund
`

const files = { "triage.yaml": pipeline, "rows.csv": rows }

describe("evaluate", () => {
  test("prints a line for each mode, what is missing for the other, and how far it was", async () => {
    const cwd = folder(files)

    const { status, stdout, stderr } = await doubletrack(["evaluate", "triage.yaml"], { cwd })

    expect(status).toBe(0)
    expect(stdout).toMatch(/^classify: exact_match on 5 rows \(rows\.csv\)$/m)
    expect(stdout).toMatch(/^ {2}traditional +\d+\.\d % +.* to .* % +100\.0 % +\$0 /m)
    expect(stderr).toMatch(/^classify: 5 of 5 rows, traditional \d+\.\d %, \$0$/m)
    expect(stderr).toMatch(/no program is adopted for step "classify"/)
  })

  test("--json prints the report with every answer, from which the score can be counted again", async () => {
    const cwd = folder(files)

    const { status, stdout } = await doubletrack(["evaluate", "triage.yaml", "--modes", "traditional", "--json"], {
      cwd,
    })

    const report = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(report).toMatchObject({ workflow: "triage", step: "classify", metric: "exact_match", n: 5 })
    expect(Object.keys(report.modes)).toEqual(["traditional"])
    expect(report.modes.traditional).toMatchObject({ costUsd: 0, latencyMs: { p50: expect.any(Number) } })
    const right = report.rows.filter(
      (row: { expected: { intent: string }; answers: { traditional: { outputs: { intent: string } } } }) =>
        row.answers.traditional.outputs.intent === row.expected.intent,
    )
    expect(right.length / 5).toBeCloseTo(report.modes.traditional.quality, 12)
  })

  test("--report writes a page, --limit measures some rows", async () => {
    const cwd = folder(files)

    const { status, stdout } = await doubletrack(
      ["evaluate", "triage.yaml", "--dataset", "rows.csv", "--limit", "3", "--report", "page.html"],
      { cwd },
    )

    expect(status).toBe(0)
    expect(stdout).toMatch(/^classify: exact_match on 3 rows of 5 \(rows\.csv\)$/m)
    expect(stdout).toMatch(/^written: page\.html$/m)
    expect(readFileSync(join(cwd, "page.html"), "utf8")).toMatch(/^<!doctype html>[^]*3 of 5 rows[^]*<\/html>\n$/)
  })

  test.each<[ReadonlyArray<string>, RegExp]>([
    [["--dataset", "gone.jsonl"], /^gone\.jsonl: there is no such data set$/m],
    [["--dataset", "bad.jsonl"], /^bad\.jsonl:1:\d+: error: "refnd" is no label .*did you mean "refund"/m],
    [["--step", "clasify"], /^there is no step "clasify"\. Did you mean "classify"\?/m],
    [
      ["--modes", "tradtional"],
      /^doubletrack evaluate: --modes "tradtional": expected traditional, dspy_optimized or both.*did you mean traditional\?$/m,
    ],
    [["--modes", "dspy_optimized"], /^no program is adopted for step "classify"/m],
    [["--metric", "f2"], /^there is no metric "f2"/m],
    [["--limit", "1"], /at least 2 rows are needed/],
    [["--report", "gone/page.html"], /^--report gone\/page\.html: its folder does not exist/m],
  ])("%j is refused with 2 and one line that says why", async (flags, message) => {
    const cwd = folder({ ...files, "bad.jsonl": `{"input":"a","label":"refnd"}\n{"input":"b","label":"refund"}\n` })

    const { status, stdout, stderr } = await doubletrack(["evaluate", "triage.yaml", ...flags], { cwd })

    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(stdout).toBe("")
  })

  test("a metric's path starts at the working directory in a flag, beside the pipeline in the pipeline", async () => {
    const cwd = folder({ "rows.csv": rows, "one.mjs": "export const metric = () => 1" })
    mkdirSync(join(cwd, "pipelines"))
    const named = pipeline.replace("rows.csv", "../rows.csv\n    evaluation_metric: ./half.mjs")
    writeFileSync(join(cwd, "pipelines", "triage.yaml"), named)
    writeFileSync(join(cwd, "pipelines", "half.mjs"), "export const metric = () => 0.5")

    const inPipeline = await doubletrack(["evaluate", "pipelines/triage.yaml"], { cwd })
    const inFlag = await doubletrack(["evaluate", "pipelines/triage.yaml", "--metric", "./one.mjs"], { cwd })

    expect(inPipeline.stdout).toMatch(/^classify: \.\/half\.mjs on 5 rows[^]*traditional +50\.0 %/m)
    expect(inFlag.stdout).toMatch(/^classify: \.\/one\.mjs on 5 rows[^]*traditional +100\.0 %/m)
  })

  test("a metric that throws ends it with 1, the module and the row", async () => {
    const own =
      "export const metric = ({ inputs }) => { if (inputs.message === 'hello') throw new Error('no luck'); return 1 }"
    const cwd = folder({ ...files, "own.mjs": own })

    const { status, stderr } = await doubletrack(["evaluate", "triage.yaml", "--metric", "./own.mjs"], { cwd })

    expect(status).toBe(1)
    expect(stderr).toMatch(/^rows\.csv:6: metric \.\/own\.mjs: it threw no luck, for the row with the inputs .*hello/m)
    expect(stderr).not.toMatch(/^ +at /m)
  })

  test("Ctrl-C stops the calls, says that nothing is kept, and exits with 130", async () => {
    const { url, connected } = await muteProvider()
    const cwd = folder(files)
    const child = start(["evaluate", "triage.yaml", "--modes", "traditional"], { cwd, env: atServer(url) })
    const end = finished(child)
    await connected

    child.kill("SIGINT")
    const { status, stdout, stderr } = await end

    expect(status).toBe(130)
    expect(stdout).toBe("")
    expect(stderr).toMatch(/^doubletrack: interrupted before the first row was measured$/m)
  })
})
