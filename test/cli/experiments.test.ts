import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { describe, expect, test } from "vitest"
import { ExperimentReport } from "../../src/ExperimentReport.ts"
import { doubletrack, folder } from "./commandLine.ts"
import { hybridFolder } from "./hybridFolder.ts"

/** So few that nothing is known yet, and each of them takes both tracks. */
const messages = Array.from({ length: 3 }, (_, at) => JSON.stringify({ message: `delivery ${at} is late` })).join("\n")

/** A folder in which the step of each workflow has met some traffic. */
const trafficFolder = async (...workflows: ReadonlyArray<string>): Promise<string> => {
  const cwd = await hybridFolder(workflows, { "messages.jsonl": messages })
  for (const name of workflows) {
    const { status, stderr } = await doubletrack(
      ["run", `${name}.yaml`, "--inputs", "messages.jsonl", "--json", "--quiet"],
      { cwd },
    )
    expect(status, stderr).toBe(0)
  }
  return cwd
}

const experiments = (cwd: string, ...args: ReadonlyArray<string>) => doubletrack(["experiments", ...args], { cwd })

const decodeReports = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(ExperimentReport)))

const routeOf = async (cwd: string) => {
  const { stdout } = await doubletrack(["run", "triage.yaml", "--input", "message=hello", "--json"], { cwd })
  return JSON.parse(stdout).steps[0].route
}

test("experiments shows both tracks of a step, and --json gives the documents", async () => {
  const cwd = await trafficFolder("triage")

  const text = await experiments(cwd)
  const json = await experiments(cwd, "--json")
  const shown = await experiments(cwd, "show", "sort")
  const one = await experiments(cwd, "show", "triage/sort", "--json")

  const [report] = decodeReports(json.stdout)
  expect([text.status, json.status, shown.status, one.status]).toEqual([0, 0, 0, 0])
  expect(text.stdout).toMatch(/^triage\/sort: no winner yet \(prog-[0-9a-f]{16}\)$/m)
  expect(text.stdout).toMatch(/^ {2}traditional +3 +\d+\.\d % +100\.0 % +\$0 +\d+ ms/m)
  expect(text.stdout).toMatch(/^ {2}optimized +3 /m)
  expect(text.stdout).toMatch(/^difference: .* points \(95 % interval .*\), e-value .*: undecided$/m)
  expect(text.stdout).toMatch(/^recommend_\w+: .* more (are needed|would decide it)$/m)
  expect(report).toMatchObject({ workflow: "triage", step: "sort", control: "running", comparison: { pairs: 3 } })
  expect(shown.stdout).toMatch(new RegExp(`^experiment +${report?.key}$`, "m"))
  expect(JSON.parse(one.stdout)).toEqual(JSON.parse(json.stdout)[0])
}, 60_000)

test("a step is pinned, paused and resumed, and its next run obeys", async () => {
  const cwd = await trafficFolder("triage")

  const pinned = await experiments(cwd, "pin", "sort", "optimized")
  const pinnedRoute = await routeOf(cwd)
  const paused = await experiments(cwd, "pause", "triage/sort", "--json")
  const pausedRoute = await routeOf(cwd)
  const list = await experiments(cwd)
  const resumed = await experiments(cwd, "resume", "sort")
  const resumedRoute = await routeOf(cwd)

  expect(pinned.stdout).toBe("triage/sort is pinned to the optimized track until it is resumed.\n")
  expect(pinnedRoute).toEqual({ to: "optimized", reason: "pinned", propensity: 1 })
  expect(JSON.parse(paused.stdout)).toEqual({ workflow: "triage", step: "sort", control: "paused" })
  expect(pausedRoute).toEqual({ to: "traditional", reason: "paused", propensity: 1 })
  expect(list.stdout).toMatch(/^paused by hand; doubletrack experiments resume triage\/sort$/m)
  expect(resumed.stdout).toBe("triage/sort is routed by its evidence.\n")
  expect(resumedRoute).toMatchObject({ to: "comparing", reason: "ab_test" })
}, 90_000)

test("a step of two pipelines is asked for by both names", async () => {
  const cwd = await trafficFolder("triage", "support")

  const either = await experiments(cwd, "show", "sort")
  const one = await experiments(cwd, "show", "support/sort", "--json")

  expect([either.status, either.stdout]).toEqual([2, ""])
  expect(either.stderr).toBe('several workflows have a step "sort"; say which: support/sort, triage/sort\n')
  expect(JSON.parse(one.stdout)).toMatchObject({ workflow: "support", step: "sort" })
}, 60_000)

describe("where nothing has begun", () => {
  test("experiments says so, gives [] as JSON, and leaves nothing behind", async () => {
    const cwd = folder()

    const text = await experiments(cwd)
    const json = await experiments(cwd, "--json")

    expect([text.status, text.stdout]).toEqual([
      0,
      "There are no experiments yet: a hybrid step begins one when it has an adopted program.\n",
    ])
    expect([json.status, json.stdout]).toEqual([0, "[]\n"])
    expect(existsSync(join(cwd, ".doubletrack"))).toBe(false)
  }, 60_000)

  test.each([
    [["pause", "sort"], 'there is no experiment on step "sort": none has begun in this state directory'],
    [["pin", "sort", "optimised"], 'TRACK "optimised": expected traditional, optimized; did you mean optimized?'],
    [["pin", "sort"], "TRACK is missing"],
    [["shwo", "sort"], 'there is no command "shwo"; did you mean show?'],
  ])("%j is refused with 2", async (args, message) => {
    const { status, stdout, stderr } = await experiments(folder(), ...args)

    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toContain(message)
  })
})
