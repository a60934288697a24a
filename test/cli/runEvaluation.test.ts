import { readdirSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { doubletrack, folder } from "./commandLine.ts"
import { hybridFolder, hybridPipeline } from "./hybridFolder.ts"

const rows = `message,topic
I want a refund,refund
where is my delivery,delivery
a refund please,refund
`

const ownMode = `${hybridPipeline("triage").replace("mode: hybrid", "mode: evaluation")}  dspy_config:
    evaluation_data_path: rows.csv
`

/** What a report says, but for how long it took. */
const comparable = (stdout: string): unknown =>
  JSON.parse(stdout, (key, value) => (/latency|executionTime/i.test(key) ? undefined : value))

describe("mode evaluation", () => {
  test("measures both tracks on a data set as evaluate does, and no experiment learns from it", async () => {
    const cwd = await hybridFolder(["triage"], { "rows.csv": rows })
    const args = ["triage.yaml", "--dataset", "rows.csv"]

    const asRun = await doubletrack(["run", ...args, "--mode", "evaluation", "--json"], { cwd })
    const asEvaluate = await doubletrack(["evaluate", ...args, "--json"], { cwd })
    const text = await doubletrack(["run", ...args, "--mode", "evaluation"], { cwd })
    const experiments = await doubletrack(["experiments", "--json"], { cwd })

    expect(asRun.status, asRun.stderr).toBe(0)
    expect(comparable(asRun.stdout)).toEqual(comparable(asEvaluate.stdout))
    expect(Object.keys(JSON.parse(asRun.stdout).modes)).toEqual(["traditional", "dspy_optimized"])
    expect(text.stdout).toMatch(/^sort: exact_match on 3 rows \(rows\.csv\)\n {2}mode [^]*^recommend_\w+: /m)
    expect(text.stderr).toMatch(/^sort: 3 of 3 rows/m)
    expect(experiments.stdout).toBe("[]\n")
  }, 60_000)

  test("of the pipeline itself takes its data set from there, and --mode wins over it", async () => {
    const cwd = folder({ "triage.yaml": ownMode, "rows.csv": rows })

    const own = await doubletrack(["run", "triage.yaml", "--quiet"], { cwd })
    const other = await doubletrack(["run", "triage.yaml", "--mode", "traditional", "--input", "message=x", "--json"], {
      cwd,
    })

    expect(own.stdout).toMatch(/^sort: exact_match on 3 rows/)
    expect(JSON.parse(other.stdout)).toMatchObject({ mode: "traditional", status: "completed" })
  }, 60_000)

  test.each<[ReadonlyArray<string>, string]>([
    [["hybrid.yaml", "--mode", "evaluation"], "there is no data set: pass --dataset FILE, or set dspy_config"],
    [["hybrid.yaml", "--dataset", "rows.csv"], "--dataset: mode hybrid runs the pipeline on --input and --inputs; add"],
    [["own.yaml", "--dataset", "rows.csv", "--dry-run"], "--dataset: --dry-run prints the prompts for --input"],
    [
      ["own.yaml", "--input", "message=x", "--unit", "ann"],
      "--input, --unit: mode evaluation measures steps on a data",
    ],
    [
      ["own.yaml", "--max-calls", "5"],
      "--max-calls: mode evaluation measures steps on a data set and runs no pipeline",
    ],
    [["own.yaml", "--dataset", "gone.csv"], "gone.csv: there is no such data set"],
  ])("%j is refused with 2 and what to do", async (args, message) => {
    const cwd = folder({ "own.yaml": ownMode, "hybrid.yaml": hybridPipeline("triage"), "rows.csv": rows })

    const { status, stdout, stderr } = await doubletrack(["run", ...args], { cwd })

    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(readdirSync(cwd)).not.toContain(".doubletrack")
  })
})
