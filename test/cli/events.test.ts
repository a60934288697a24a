import { spawn } from "node:child_process"
import { expect, test } from "vitest"
import { histories, interleaved } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { freePorts, natsServer } from "../services/nats/natsServer.ts"
import { makeStream, publish } from "../services/nats/publish.ts"
import { doubletrack, folder, main, ofMachine, pipeline } from "./commandLine.ts"

const lines = (text: string) => text.trim().split("\n")
const events = interleaved(histories(["run-1", "run-2"]))

test("without NATS, events are those of the runs of the state directory", async () => {
  const cwd = folder({ "one.yaml": pipeline({ greet: "Say hello." }) })
  await doubletrack(["run", "one.yaml"], { cwd })

  const { status, stdout } = await doubletrack(["events", "--json"], { cwd })

  const tags = lines(stdout).map((line) => JSON.parse(line)._tag)
  expect(status).toBe(0)
  expect([tags[0], tags.at(-1)]).toEqual(["RunStarted", "RunCompleted"])
})

test("without NATS, nothing can be followed, and it is said what to do", async () => {
  const { status, stderr } = await doubletrack(["events", "--follow"], { cwd: folder() })

  expect(status).toBe(2)
  expect(stderr).toMatch(/over NATS only; name a server with --nats URL/)
})

test("a time that is none is refused", async () => {
  const { status, stderr } = await doubletrack(["events", "--since", "yesterday"], { cwd: folder() })

  expect(status).toBe(2)
  expect(stderr).toMatch(/--since "yesterday": expected a time/)
})

test("a server that does not answer is named, and not waited for", async () => {
  const [port] = await freePorts(1)

  const { status, stderr } = await doubletrack(["events", "--nats", `nats://me:secret@127.0.0.1:${port}`], {
    cwd: folder(),
  })

  expect(status).toBe(1)
  expect(stderr).toMatch(new RegExp(`nats://127.0.0.1:${port}\\): nothing listens there`))
  expect(stderr).not.toContain("secret")
})

describeWithNats("the events of a fleet", () => {
  test("are printed one JSON object a line, or one line for people", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    await publish(client, events)
    const cwd = folder()

    const json = await doubletrack(["events", "--json"], { cwd, env: { NATS_URL: server.url } })
    const ofRun = await doubletrack(["events", "--run", "run-2", "--nats", server.url], { cwd })

    expect(lines(json.stdout).map((line) => JSON.parse(line))).toEqual(events)
    expect(lines(ofRun.stdout)).toHaveLength(events.filter(({ runId }) => runId === "run-2").length)
    expect(lines(ofRun.stdout)[0]).toMatch(/^2026-01-01T00:\S+Z {2}run-2 {2}RunStarted {2}\w+/)
  })

  test("are followed until the command is interrupted", async () => {
    const server = await natsServer()
    const client = await server.client()
    await makeStream(client)
    const child = spawn(process.execPath, [main, "events", "--follow", "--json", "--nats", server.url], {
      cwd: folder(),
      env: ofMachine,
      stdio: ["ignore", "pipe", "ignore"],
    })
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
    let printed = ""
    const complete = new Promise<void>((resolve) =>
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text
        if (printed.split("\n").length > events.length) resolve()
      }),
    )

    await publish(client, events)
    await complete
    child.kill("SIGINT")

    expect(await ended).toBe(130)
    expect(lines(printed).map((line) => JSON.parse(line).id)).toEqual(events.map(({ id }) => id))
  })

  test("of a run by the command line are there when it has ended", async () => {
    const server = await natsServer()
    const cwd = folder({ "one.yaml": pipeline({ greet: "Say hello." }) })

    const run = await doubletrack(["run", "one.yaml", "--json"], { cwd, env: { NATS_URL: server.url } })
    const { stdout } = await doubletrack(["events", "--json", "--run", JSON.parse(run.stdout).runId], {
      cwd,
      env: { NATS_URL: server.url },
    })

    const found = lines(stdout).map((line) => JSON.parse(line))
    expect(found.map(({ seq }) => seq)).toEqual(found.map((_, index) => index))
    expect(found.at(-1)._tag).toBe("RunCompleted")
  })

  test("and how the fleet is are said by the doctor, without what lets one in", async () => {
    const server = await natsServer({
      configuration: `authorization { user: me, password: secret }`,
      connection: { user: "me", pass: "secret" },
    })
    const client = await server.client()
    await makeStream(client)
    const cwd = folder({ "doubletrack.config.json": JSON.stringify({ nats: { user: "me", password: "secret" } }) })

    const good = await doubletrack(["doctor"], { cwd, env: { NATS_URL: server.url } })
    const bad = await doubletrack(["doctor", "--json"], {
      cwd,
      env: { NATS_URL: server.url.replace("//", "//me:wrong@"), NATS_PASSWORD: "wrong-secret" },
    })

    expect(good.stdout).toMatch(new RegExp(`^✓ nats +nats://127.0.0.1:${server.port}, \\d+\\.\\d+\\.\\d+ on 127`, "m"))
    expect(good.stdout).toMatch(/^· nats +DOUBLETRACK_EVENTS: 0 messages, 0\.0 MB, 1 copy$/m)
    expect(good.status).toBe(0)
    expect(bad.status).toBe(1)
    expect(JSON.parse(bad.stdout).nats.problem).toMatch(/does not accept who we are; check user, password/)
    expect(good.stdout + bad.stdout + bad.stderr).not.toMatch(/secret|wrong/)
  })
})
