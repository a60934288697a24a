import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { doubletrack, folder, pipeline } from "./commandLine.ts"
import { startInFleet, startWorker } from "./fleetCommands.ts"
import { atServer, mockProvider, muteProvider } from "./servers.ts"

const timeout = 90_000

const linesOf = (text: string) => text.trimEnd().split("\n")
const documentsOf = (text: string) => linesOf(text).map((line) => JSON.parse(line))

const oneStep = pipeline({ greet: "Say {{inputs.word}}." }, { greet: "output_to_file: greeting.txt" })
const words = ["one", "two", "three"].map((word) => JSON.stringify({ word })).join("\n")

/** Two steps, the second of which asks a provider that says nothing. */
const stuck = async (extra: Readonly<Record<string, string>> = {}) => {
  const mute = await muteProvider()
  const workflow = pipeline({ classify: "Say one.", draft: "Say two." }, extra).replace("type: claude", "type: gemini")
  return { workflow, connected: mute.connected, env: familiesAt(mute.url) }
}

/** The first step is answered here, the second one by the server. */
const familiesAt = (url: string) => {
  const { DOUBLETRACK_MODEL: model, ...env } = atServer(url)
  return { ...env, DOUBLETRACK_GEMINI_MODEL: "offline/in-context", DOUBLETRACK_CLAUDE_MODEL: model }
}

const answering = async () => {
  const provider = await mockProvider()
  provider.on({ userMessage: /two/ }, { content: "It is two.", usage: { prompt_tokens: 10, completion_tokens: 3 } })
  return { provider, env: familiesAt(provider.url) }
}

describeWithNats("a worker", () => {
  test("carries out a run of another machine, which is shown there like its own", { timeout }, async () => {
    const { url } = await natsServer()
    const worker = await startWorker({ url }, ["--json"])
    const cwd = folder({ "a.yaml": oneStep })
    const args = ["run", "a.yaml", "--input", "word=hello", "--remote", "--model", "offline/in-context"]

    const run = await doubletrack([...args, "--events", "events.ndjson"], { cwd, env: { NATS_URL: url } })
    const [, runId = ""] = /^(run-\S+) waits for a worker$/m.exec(run.stderr) ?? []
    const [shown, exported] = await Promise.all(
      ["show", "export"].map((verb) => doubletrack(["runs", verb, runId, "--nats", url], { cwd })),
    )
    worker.child.kill("SIGINT")
    const ended = await worker.end

    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(
      /^✓ greet .*\n\nSay hello\.\n\nwritten, on the machine of its worker: .*\ncompleted: 1 step/m,
    )
    expect(run.stdout).toContain(join(worker.cwd, "outputs/greeting.txt"))
    expect(existsSync(join(cwd, "outputs"))).toBe(false)
    expect(ended.status).toBe(130)
    expect(documentsOf(ended.stdout)).toEqual([expect.objectContaining({ runId, status: "completed" })])
    expect(linesOf(ended.stderr)).toEqual([
      expect.stringMatching(/^waits for runs on 127\.0\.0\.1:\d+, 4 runs at a time$/),
      `▸ ${runId}  triage  begun`,
      expect.stringMatching(`^✓ ${runId}  triage  completed  .*  \\$0$`),
      expect.stringMatching(/^stopping: takes no more runs/),
    ])
    expect(shown?.stdout).toMatch(/^status +completed$[^]*^worker +process \d+ on \S+$[^]*^✓ greet /m)
    expect(documentsOf(exported?.stdout ?? "")).toEqual(documentsOf(readFileSync(join(cwd, "events.ndjson"), "utf8")))
  })

  test("finds runs that were submitted before it came, and the doctor says that they wait", { timeout }, async () => {
    const { url } = await natsServer()
    const files = { "a.yaml": oneStep, "words.jsonl": words }
    const args = ["run", "a.yaml", "--inputs", "words.jsonl", "--seed", "7", "--events", "events.ndjson", "--json"]
    const client = startInFleet([...args, "--remote"], { url, files })
    await client.said(/^run 3 of 3: run-\S+ waits for a worker$/m)
    const before = await doubletrack(["doctor"], { cwd: folder(), env: { NATS_URL: url } })

    const worker = await startWorker({ url }, ["--concurrency", "2"])
    const { status, stdout, stderr } = await client.end
    const after = await doubletrack(["doctor", "--json"], { cwd: folder(), env: { NATS_URL: url } })
    const here = folder(files)
    await doubletrack(args, { cwd: here })

    expect(before.stdout).toMatch(
      /^· nats +work: 3 runs waiting, 0 under way; nobody takes them: start `doubletrack worker`$/m,
    )
    expect(status).toBe(0)
    expect(documentsOf(stdout).map(({ results }) => results.greet.text)).toEqual(["Say one.", "Say two.", "Say three."])
    expect(stderr).toMatch(/^run 1 of 3: completed, .*\nrun 2 of 3: completed, .*\nrun 3 of 3: completed, /m)
    const seeds = (cwd: string) =>
      documentsOf(readFileSync(join(cwd, "events.ndjson"), "utf8")).flatMap(({ _tag, seed }) =>
        _tag === "StepRouted" ? [seed] : [],
      )
    expect(seeds(client.cwd)).toEqual(seeds(here))
    expect(JSON.parse(after.stdout).nats.work).toEqual({ waiting: 0, underWay: 0, idleWorkers: 1 })
    worker.child.kill("SIGINT")
  })

  test("cancels what is cancelled where it was submitted", { timeout }, async () => {
    const { url } = await natsServer()
    const { workflow, connected, env } = await stuck()
    const worker = await startWorker({ url, env }, ["--concurrency", "1"])
    const files = { "a.yaml": workflow, "two.jsonl": "{}\n{}" }
    const client = startInFleet(["run", "a.yaml", "--inputs", "two.jsonl", "--remote"], { url, files })
    await connected
    await client.said(/^✓ classify/m)

    client.child.kill("SIGINT")
    const { status, stdout, stderr } = await client.end

    expect(status).toBe(130)
    expect(stdout).toMatch(/^run 1 of 2\n✓ classify .*\n■ draft {5}cancelled/m)
    expect(stderr).toMatch(
      /^cancelling .*\ndoubletrack: cancelled\nKept: 1 of 2 steps done\.\n.*\nrun 2 of 2: cancelled, /m,
    )
    await worker.said(/^■ run-\S+ {2}triage {2}cancelled/m)
  })

  test("that is interrupted gives its run back, and another goes on with it", { timeout }, async () => {
    const { url } = await natsServer()
    const { workflow, connected, env } = await stuck()
    const first = await startWorker({ url, env })
    const client = startInFleet(["run", "a.yaml", "--remote", "--json"], { url, files: { "a.yaml": workflow } })
    await connected
    const { provider, env: env2 } = await answering()

    first.child.kill("SIGTERM")
    const stopped = await first.end
    const second = await startWorker({ url, env: env2 })
    const { status, stdout } = await client.end
    await second.said(/^✓ run-\S+ {2}triage {2}completed/m)

    expect(stopped.status).toBe(130)
    expect(stopped.stdout).toMatch(/^– run-\S+ {2}triage {2}given back; another worker goes on with it at once$/m)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ status: "completed", results: { draft: { text: "It is two." } } })
    expect(provider.getRequests()).toHaveLength(1)
    await second.said(/^▸ run-\S+ {2}triage {2}goes on with step "draft" \(attempt 2\)$/m)
  })

  test("leaves a run in doubt to a person, who resumes it from anywhere", { timeout }, async () => {
    const { url } = await natsServer()
    const { workflow, connected, env } = await stuck({ draft: "claude_options: { allowed_tools: [Bash] }" })
    const files = { "doubletrack.config.json": JSON.stringify({ nats: { work: { takeOverMs: 1000 } } }) }
    const first = await startWorker({ url, env, files })
    const client = startInFleet(["run", "a.yaml", "--remote"], { url, files: { "a.yaml": workflow } })
    await connected
    const [, runId = ""] = await client.said(/^(run-\S+) waits for a worker$/m)
    const elsewhere = { cwd: folder(), env: { NATS_URL: url } }

    first.child.kill("SIGKILL")
    await startWorker({ url, env: (await answering()).env, files })
    const left = await client.end
    const shown = await doubletrack(["runs", "show", runId], elsewhere)
    const refused = await doubletrack(["run", "--resume", runId], elsewhere)
    const skipped = await doubletrack(["run", "--resume", runId, "--skip", "draft", "--json"], elsewhere)

    expect(left.status).toBe(1)
    expect(left.stderr).toMatch(/^Run \S+ is in doubt: it was interrupted in step "draft"/m)
    expect(shown.stdout).toMatch(/^status +in_doubt$[^]*^worker +none$[^]*^goes on +with step "draft"$/m)
    expect(refused).toMatchObject({ status: 2, stdout: "" })
    expect(refused.stderr).toContain("--retry draft to run the step again, or with --skip draft to pass it by")
    expect(JSON.parse(skipped.stdout)).toMatchObject({
      ...{ runId, status: "completed" },
      steps: [{}, { name: "draft", skipped: true }],
    })
  })

  test("waits for a server that is away, and then for runs", { timeout }, async () => {
    const server = await natsServer()
    await server.stop()
    const worker = startInFleet(["worker"], { url: server.url })
    await worker.said(/^waits for NATS: .*nothing listens there/m)

    await server.start()

    await worker.said(/^waits for runs on/m)
    worker.child.kill("SIGINT")
    expect((await worker.end).status).toBe(130)
  })
})

test("what only a fleet can do, and what no worker does, is refused", { timeout }, async () => {
  const nats = ["--nats", "nats://127.0.0.1:1"]
  const refusals = await Promise.all(
    [
      ["worker"],
      ["worker", ...nats, "--concurrency", "0"],
      ["run", "a.yaml", "--remote"],
      ["run", "a.yaml", "--remote", "--dry-run", ...nats],
      ["run", "a.yaml", "--remote", "--mode", "evaluation", ...nats],
      ["run", "a.yaml", "--remote", "--dataset", "rows.jsonl", ...nats],
      ["run", "--resume", "run-1", "--remote", ...nats],
    ].map((args) => doubletrack(args, { cwd: folder({ "a.yaml": pipeline({ greet: "Say hello." }) }) })),
  )

  expect(refusals.map(({ status }) => status)).toEqual([2, 2, 2, 2, 2, 2, 2])
  expect(refusals.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining("doubletrack worker: this needs a fleet; name a NATS server with --nats URL"),
    expect.stringContaining('--concurrency "0": expected 1 or more'),
    expect.stringContaining("--remote: this needs a fleet"),
    expect.stringContaining("--remote: --dry-run prints the prompts here"),
    expect.stringContaining("--remote: mode evaluation measures steps on a data set"),
    expect.stringContaining("--dataset: mode traditional runs the pipeline"),
    expect.stringContaining("--resume goes on with a run as it was begun, without --remote"),
  ])
})

test("a fleet that does not answer takes no run", { timeout }, async () => {
  const cwd = folder({ "a.yaml": pipeline({ greet: "Say hello." }) })

  const { status, stderr } = await doubletrack(["run", "a.yaml", "--remote", "--nats", "nats://127.0.0.1:1"], { cwd })

  expect(status).toBe(1)
  expect(stderr).toContain("nothing listens there")
})
