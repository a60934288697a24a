import { describe, expect, test } from "vitest"
import { doubletrack } from "./commandLine.ts"
import { hybridFolder, hybridPipeline } from "./hybridFolder.ts"

/** A folder in which a step that people judge later has answered once, and the id of that run. */
const answered = async () => {
  const cwd = await hybridFolder(["triage"], { "triage.yaml": hybridPipeline("triage", "feedback") })
  const { stdout } = await doubletrack(["run", "triage.yaml", "--input", "message=late delivery", "--json"], { cwd })
  const { runId, steps } = JSON.parse(stdout)
  const feedback = (...args: ReadonlyArray<string>) => doubletrack(["feedback", ...args], { cwd })
  return { cwd, runId, assigned: steps[0].assigned, feedback }
}

test("a score counts for the track that answered, once however often it is given", async () => {
  const { cwd, runId, assigned, feedback } = await answered()

  const first = await feedback(runId, "sort", "--score", "0.75")
  const again = await feedback(runId, "sort", "--score", "0.75")
  const other = await feedback(runId, "sort", "--score", "0", "--id", "another", "--json")
  const { stdout } = await doubletrack(["experiments", "--json"], { cwd })

  expect([first.status, first.stdout]).toEqual([0, `sort: 0.75, counted for the ${assigned} track\n`])
  expect(again.status).toBe(0)
  expect(again.stdout).toMatch(/^sort: 0\.75, kept, not counted: it was counted before.* \(the same came before\)$/m)
  expect(JSON.parse(other.stdout)).toMatchObject({ id: "another", runId, step: "sort", score: 0, counted: false })
  expect(JSON.parse(stdout)[0].tracks[assigned]).toMatchObject({ n: 1, quality: 0.75 })
}, 60_000)

test("a run says how the steps that wait for people are judged", async () => {
  const cwd = await hybridFolder(["triage"], { "triage.yaml": hybridPipeline("triage", "feedback") })

  const { stderr } = await doubletrack(["run", "triage.yaml", "--input", "message=late delivery"], { cwd })

  expect(stderr).toMatch(/^to judge sort: doubletrack feedback run-\S+ sort --score X$/m)
})

describe("feedback that is wrong is refused with 2", () => {
  test("with what is wrong and what to do", async () => {
    const { runId, feedback } = await answered()

    const refused = await Promise.all([
      feedback(runId, "sort", "--score", "1.5"),
      feedback(runId, "sort"),
      feedback(runId, "sort", "--score", "1", "--expected", "refund"),
      feedback(runId, "sort", "--score", "1", "--expected", "[1]"),
      feedback(runId, "srot", "--score", "1"),
      feedback("run-nowhere", "sort", "--score", "1"),
    ])

    expect(refused.map(({ status, stdout }) => [status, stdout])).toEqual(refused.map(() => [2, ""]))
    expect(refused.map(({ stderr }) => stderr.split("\n", 1)[0])).toEqual([
      'doubletrack feedback: --score "1.5": expected a number from 0 to 1',
      "doubletrack feedback: --score is missing",
      'doubletrack feedback: --expected "refund": expected a JSON object of outputs',
      'doubletrack feedback: --expected "[1]": expected a JSON object of outputs',
      `run ${runId} has no completed step "srot"; it has sort`,
      expect.stringMatching(/^no run run-nowhere is known here; feedback is taken on the runs of this state directory/),
    ])
  }, 60_000)
})
