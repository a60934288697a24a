import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { doubletrack, finished, folder, pipeline, start } from "./commandLine.ts"
import { atServer, mockProvider, muteProvider } from "./servers.ts"

const timeout = 60_000

const steps = { classify: "Say one.", draft: "Say two." }

/** A run in a process of its own, whose second step waits for a provider that says nothing. */
const stuckRun = async (extra: Readonly<Record<string, string>> = {}) => {
  const mute = await muteProvider()
  const { DOUBLETRACK_MODEL: model, ...env } = atServer(mute.url)
  const families = { DOUBLETRACK_GEMINI_MODEL: "offline/in-context", DOUBLETRACK_CLAUDE_MODEL: model }
  const cwd = folder({ "a.yaml": pipeline(steps, extra).replace("type: claude", "type: gemini") })
  const child = start(["run", "a.yaml", "--events", "events.ndjson"], { cwd, env: { ...env, ...families } })
  const end = finished(child)
  await mute.connected
  return { child, end, cwd }
}

/** The same run, whose process was killed, and a provider that answers from now on. */
const killedRun = async (extra: Readonly<Record<string, string>> = {}) => {
  const { child, end, cwd } = await stuckRun(extra)
  child.kill("SIGKILL")
  await end
  const provider = await mockProvider()
  provider.on({ userMessage: /two/ }, { content: "It is two.", usage: { prompt_tokens: 10, completion_tokens: 3 } })
  const { DOUBLETRACK_MODEL: model, ...env } = atServer(provider.url)
  const families = { DOUBLETRACK_GEMINI_MODEL: "offline/in-context", DOUBLETRACK_CLAUDE_MODEL: model }
  const command = (...args: ReadonlyArray<string>) => doubletrack(args, { cwd, env: { ...env, ...families } })
  const [run] = readFileSync(join(cwd, "events.ndjson"), "utf8").split("\n")
  const { runId }: { runId: string } = JSON.parse(run ?? "")
  return { cwd, command, runId, provider }
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))

test("a run whose process was killed goes on with run --resume; runs shows it before and after", {
  timeout,
}, async () => {
  const { cwd, command, runId, provider } = await killedRun()
  writeFileSync(join(cwd, "a.yaml"), pipeline({ ...steps, draft: "Say three." }))

  const before = await command("runs")
  const resumed = await command("run", "--resume", runId, "--events", "again.ndjson")
  const [after, details, exported, withContent] = await Promise.all([
    command("runs", "list", "--json"),
    command("runs", "show", runId, "--json"),
    command("runs", "export", runId),
    command("runs", "export", runId, "--content"),
  ])

  expect(before.stdout).toMatch(/^ID +WORKFLOW +STATUS +STARTED +TIME +COST\nrun-\S+ +triage +interrupted /)
  expect(resumed.stderr).toContain('resumed (attempt 2): goes on with step "draft", 1 step done before')
  expect(resumed.stderr).toContain(
    "changed in the file since: classify, draft; the run goes on with the workflow as it was begun",
  )
  expect(resumed.stdout).toMatch(/^✓ classify .*\n✓ draft [^]*It is two\.[^]*^completed: 2 steps/m)
  expect(provider.getRequests()).toHaveLength(1)
  expect(JSON.parse(after.stdout)).toEqual([
    {
      ...{ runId, workflow: "triage", status: "completed", startedAt: expect.stringMatching(/Z$/) },
      ...{ latencyMs: expect.any(Number), costUsd: expect.any(Number) },
    },
  ])
  expect(JSON.parse(details.stdout)).toMatchObject({
    ...{ runId, status: "completed", attempts: 2, goesOnWith: null },
    ...{ results: { draft: { text: "It is two." } }, events: { RunStarted: 1, RunResumed: 1, RunCompleted: 1 } },
  })
  expect(linesOf(exported.stdout)).toEqual(linesOf(readFileSync(join(cwd, "again.ndjson"), "utf8")))
  expect(exported.stdout).not.toContain("It is two.")
  expect(withContent.stdout).toContain("It is two.")

  const again = await command("run", "--resume", runId, "--json")

  expect(again).toMatchObject({ status: 0, stderr: `${runId} had ended before; this is what came of it\n` })
  expect(JSON.parse(again.stdout)).toMatchObject({
    runId,
    status: "completed",
    results: { draft: { text: "It is two." } },
  })
  expect(provider.getRequests()).toHaveLength(1)
})

test("a run that may have changed something waits for a person, who can skip the step", { timeout }, async () => {
  const { command, runId } = await killedRun({ draft: "claude_options: { allowed_tools: [Bash] }" })

  const refused = await command("run", "--resume", runId)
  const shown = await command("runs", "show", runId)
  const skipped = await command("run", "--resume", runId, "--skip", "draft", "--json")
  const deleted = await command("runs", "prune", "--older-than", "0s")

  expect(refused).toMatchObject({ status: 2, stdout: "" })
  expect(refused.stderr).toContain("--retry draft to run the step again, or with --skip draft to pass it by")
  expect(shown.stdout).toMatch(/^status +in_doubt\n[^]*^goes on +with step "draft"$[^]*^✓ classify /m)
  expect(JSON.parse(skipped.stdout)).toMatchObject({
    status: "completed",
    steps: [{}, { name: "draft", skipped: true }],
  })
  expect(deleted.stdout).toBe("1 run deleted\n")
})

test("a run that goes on in another process is cancelled by it", { timeout }, async () => {
  const { end, cwd } = await stuckRun()
  await vi.waitFor(() =>
    expect(readFileSync(join(cwd, "events.ndjson"), "utf8")).toContain('"StepRouted","step":"draft"'),
  )
  const [{ runId, status }] = JSON.parse((await doubletrack(["runs", "--json"], { cwd })).stdout)

  const cancelled = await doubletrack(["runs", "cancel", runId], { cwd })

  expect(status).toBe("running")
  expect(cancelled.stdout).toBe(`${runId}: cancelled\n`)
  expect((await end).status).toBe(1)
})

test("what cannot be is refused with what is wrong", { timeout }, async () => {
  const refusals = await Promise.all(
    [
      ["run"],
      ["run", "a.yaml", "--retry", "x"],
      ["run", "--resume", "run-1", "--mode", "hybrid"],
      ["runs", "cancel", "run-1"],
      ["runs", "prune", "--older-than", "soon"],
      ["runs", "prune", "--older-than", "5"],
      ["runs", "prune", "--keep", "-1"],
    ].map((args) => doubletrack(args, { cwd: folder() })),
  )

  expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 2))
  expect(refusals.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining("FILE is missing"),
    expect.stringContaining("--retry and --skip go with --resume RUN"),
    expect.stringContaining("goes on with a run as it was begun, without --mode"),
    expect.stringContaining("There is no run run-1 in this state directory"),
    expect.stringContaining("--older-than soon: expected a time such as 30d or 12h"),
    expect.stringContaining("--older-than 5: expected a time such as 30d or 12h"),
    expect.stringContaining("0 or more"),
  ])
})
