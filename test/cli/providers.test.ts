import { describe, expect, test } from "vitest"
import { doubletrack, folder, pipeline } from "./commandLine.ts"
import { atServer, babblingProvider, mockProvider, muteProvider } from "./servers.ts"

const run = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
  doubletrack(["run", "a.yaml", ...args], { cwd: folder({ "a.yaml": pipeline({ classify: "parcel" }) }), env })

describe("a provider that answers", () => {
  test("is asked once a step; its answer, tokens and price are shown", async () => {
    const mock = await mockProvider()
    mock.on({ userMessage: /parcel/ }, { content: "delivery", usage: { prompt_tokens: 1000, completion_tokens: 10 } })

    const { status, stdout, stderr } = await run(atServer(mock.url))

    expect(status).toBe(0)
    expect(stdout).toMatch(/^✓ classify {2}traditional +\d.* +\$0\.000\d+ {2}\(no_signature\)$/m)
    expect(stdout).toMatch(/^delivery$/m)
    expect(stdout).toMatch(/^completed: .*1010 tokens/m)
    expect(stderr).toMatch(/openai\/gpt-5-mini/)
  })

  test("with a model whose price is unknown shows unknown, never $0", async () => {
    const mock = await mockProvider()
    mock.on({ userMessage: /parcel/ }, { content: "delivery", usage: { prompt_tokens: 1000, completion_tokens: 10 } })

    const { stdout } = await run({ ...atServer(mock.url), DOUBLETRACK_MODEL: "openai/nobodys-model" })

    expect(stdout).toMatch(/^✓ classify .* unknown {2}\(no_signature\)$/m)
    expect(stdout).toMatch(/^completed: .*cost unknown/m)
  })

  test.each([
    [401, "authentication", /OPENAI_API_KEY/],
    [404, "configuration", /gpt-5-mini/],
    [429, "model_failed", /429/],
    [500, "model_failed", /500/],
  ])("%i fails the step, the run and the command, and says what to do", async (code, reason, message) => {
    const mock = await mockProvider()
    mock.on({ userMessage: /parcel/ }, { error: { message: "no" }, status: code })

    const { status, stdout, stderr } = await run(atServer(mock.url), "--json")

    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed", error: { step: "classify", reason } })
    expect(stderr).toMatch(message)
    expect(stderr).toContain(`step "classify" failed (${reason})`)
    expect(stderr).not.toContain("key-of-a-test")
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test("with garbage fails the step", async () => {
    const { url } = await babblingProvider("<html>hello</html>")

    const { status, stderr } = await run(atServer(url), "--quiet")

    expect(status).toBe(1)
    expect(stderr).toMatch(/step "classify" failed \(model_failed\): .*openai\/gpt-5-mini/i)
  })
})

test("a provider that says nothing fails the step when its time is up", async () => {
  const { url } = await muteProvider()

  const { status, stderr } = await run({ ...atServer(url), DOUBLETRACK_MODEL_TIMEOUT_MS: "300" }, "--quiet")

  expect(status).toBe(1)
  expect(stderr).toMatch(/step "classify" failed \(\w+\): .*within 300 ms/)
})

test("a provider that is not there fails the step", async () => {
  const { status, stderr } = await run(atServer("http://127.0.0.1:9"), "--quiet")

  expect(status).toBe(1)
  expect(stderr).toMatch(/step "classify" failed \(model_failed\): .*127\.0\.0\.1:9/)
})
