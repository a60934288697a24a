import { describe, expect, test } from "vitest"
import { doubletrack, finished, folder, start } from "./commandLine.ts"
import { labelledPipeline, labelledRows, labellingProvider } from "./labellingProvider.ts"

const files = { "a.yaml": labelledPipeline, "rows.jsonl": labelledRows(90) }

const at = (url: string) => ({
  env: {
    DOUBLETRACK_OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: "key-of-a-test",
    DOUBLETRACK_MODEL: "openai/labeller",
    DOUBLETRACK_MODEL_RETRIES: "0",
  },
})

test("optimize says what it does and what came of it, and the program is served", async () => {
  const provider = await labellingProvider()
  const cwd = folder(files)

  const optimized = await doubletrack(["optimize", "a.yaml"], { cwd, ...at(provider.url) })
  const run = await doubletrack(["run", "a.yaml", "--mode", "dspy_optimized", "--input", "message=fire", "--json"], {
    cwd,
    ...at(provider.url),
  })

  expect(optimized.status).toBe(0)
  expect(optimized.stderr).toMatch(
    /^sort: knn_few_shot with openai\/labeller, scored by exact_match; 45 rows to learn/m,
  )
  expect(optimized.stderr).toMatch(/^sort: trial 3 of 3, 8 nearest rows as demos, best 100\.0 %, \d+ calls/m)
  expect(optimized.stdout).toMatch(
    /^sort: adopted prog-[0-9a-f]{16}\n {2}quality {3}\d+\.\d % as written, 100\.0 % compiled/,
  )
  expect(JSON.parse(run.stdout)).toMatchObject({
    results: { sort: { outputs: { side: "warm" } } },
    steps: [{ executed: "optimized" }],
  })
})

test("--json gives one document with the fields of the documentation", async () => {
  const provider = await labellingProvider()

  const { status, stdout } = await doubletrack(["optimize", "a.yaml", "--json", "--quiet", "--demos", "4"], {
    cwd: folder(files),
    ...at(provider.url),
  })

  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    programId: expect.stringMatching(/^prog-[0-9a-f]{16}$/),
    step: "sort",
    optimizer: "knn_few_shot",
    engine: "embedded",
    adopted: true,
    reason: expect.stringContaining("held-out rows"),
    heldOut: { baseline: expect.any(Number), optimized: 1, n: 27, interval: [expect.any(Number), expect.any(Number)] },
    calls: provider.started(),
    costUsd: null,
    trials: expect.any(Number),
    cached: false,
  })
})

describe("an optimization that is stopped", () => {
  const args = ["optimize", "a.yaml", "--optimizer", "bootstrap_few_shot_random_search", "--json"]

  test("by a kill goes on with --resume to the same program, repeating no more than was in flight", async () => {
    const whole = await labellingProvider()
    const expected = await doubletrack(args, { cwd: folder(files), ...at(whole.url) })
    const provider = await labellingProvider(5)
    const surroundings = { cwd: folder(files), ...at(provider.url) }
    const child = start(args, surroundings)
    const end = finished(child)
    await provider.reached(Math.floor(whole.started() / 2))

    child.kill("SIGKILL")
    await end
    const resumed = await doubletrack([...args, "--resume"], surroundings)

    expect(resumed.stderr).toMatch(/^resuming with \d+ answered calls$/m)
    expect(resumed.stdout).toBe(expected.stdout)
    expect(provider.started()).toBeLessThanOrEqual(whole.started() + 8)
  })

  test("by Ctrl-C says how to go on, and exits with 130", async () => {
    const provider = await labellingProvider(5)
    const child = start(args, { cwd: folder(files), ...at(provider.url) })
    const end = finished(child)
    await provider.reached(40)

    child.kill("SIGINT")
    const { status, stdout, stderr } = await end

    expect(status).toBe(130)
    expect(stdout).toBe("")
    expect(stderr).toMatch(/^doubletrack: interrupted; the answers so far are kept\. .* --resume/m)
  })
})

describe("a wrong command line", () => {
  test.each([
    [["--optimizer", "gepaa"], /there is no optimizer "gepaa". Did you mean 'gepa'\?/],
    [["--step", "srot"], /there is no step "srot" in weather/],
    [["--trainset", "none.jsonl"], /none\.jsonl: there is no such data set/],
    [["--max-calls", "3"], /3 calls are too few: knn_few_shot needs at least \d+ here/],
    [["--max-calls", "0"], /--max-calls "0": expected 1 or more/],
    [["--max-time", "soon"], /--max-time "soon": expected a time such as 90s/],
    [["--engine", "python"], /--engine "python": expected embedded, dspy/],
    [["--optimizer", "gepa", "--model", "offline/in-context"], /the offline model cannot write any/],
  ])("%j is refused with 2 before a call", async (args, message) => {
    const provider = await labellingProvider()

    const { status, stdout, stderr } = await doubletrack(["optimize", "a.yaml", ...args], {
      cwd: folder(files),
      ...at(provider.url),
    })

    expect(stderr).toMatch(message)
    expect({ status, stdout, calls: provider.started() }).toEqual({ status: 2, stdout: "", calls: 0 })
  })
})

test("a missing key ends the optimization with 1 and its name", async () => {
  const cwd = folder(files)

  const { status, stderr } = await doubletrack(["optimize", "a.yaml"], {
    cwd,
    env: { DOUBLETRACK_MODEL: "openai/labeller", DOUBLETRACK_OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
  })

  expect(status).toBe(1)
  expect(stderr).toContain("OPENAI_API_KEY")
})
