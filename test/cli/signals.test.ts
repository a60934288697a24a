import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { finished, folder, pipeline, start } from "./commandLine.ts"
import { atServer, muteProvider } from "./servers.ts"

const twoSteps = pipeline({ classify: "Say one.", draft: "Say two." }, { classify: "output_to_file: one.txt" }).replace(
  "type: claude",
  "type: gemini",
)

/** Starts a run whose second step waits for a provider that says nothing, and waits until it does. */
const startStuckRun = async (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) => {
  const { url, connected } = await muteProvider()
  const { DOUBLETRACK_MODEL: model, ...env } = atServer(url)
  const families = { DOUBLETRACK_GEMINI_MODEL: "offline/in-context", DOUBLETRACK_CLAUDE_MODEL: model }
  const cwd = folder({ "a.yaml": twoSteps })
  const child = start(["run", "a.yaml", ...args], { cwd, env: { ...env, ...families, ...more } })
  const end = finished(child)
  await connected
  return { child, end, cwd }
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s cancels the run, says what is kept and exits with 130",
  async (signal) => {
    const { child, end, cwd } = await startStuckRun(["--events", "events.ndjson"])

    child.kill(signal)
    const { status, stdout, stderr } = await end

    expect(status).toBe(130)
    expect(stdout).toMatch(/^✓ classify/m)
    expect(stdout).toMatch(/^■ draft {5}cancelled/m)
    expect(stderr).toMatch(
      /^cancelling .*\ndoubletrack: cancelled\nKept: 1 of 2 steps done\.\n {2}classify: .*\n {2}written: outputs\/one\.txt$/m,
    )
    const last = readFileSync(join(cwd, "events.ndjson"), "utf8").trimEnd().split("\n").at(-1)
    expect(JSON.parse(last ?? "")).toMatchObject({ _tag: "RunCancelled" })
  },
)

test("an interrupted run with --json prints its report", async () => {
  const { child, end } = await startStuckRun(["--json"])

  child.kill("SIGINT")
  const { status, stdout } = await end

  expect(status).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({
    status: "cancelled",
    results: { classify: { success: true } },
  })
})

test("a second Ctrl-C exits at once with 130, even where cancelling gets stuck", async () => {
  const preload = new URL("neverCancelled.ts", import.meta.url).href
  const { child, end } = await startStuckRun([], { NODE_OPTIONS: `--import ${preload}` })

  const cancelling = new Promise<void>((resolve) =>
    child.stderr?.on("data", (text: string) => text.includes("cancelling") && resolve()),
  )
  child.kill("SIGINT")
  await cancelling
  child.kill("SIGINT")
  const { status, signal } = await end

  expect({ status, signal }).toEqual({ status: 130, signal: null })
})
