import { spawn, spawnSync } from "node:child_process"
import { expect, test } from "vitest"
import { doubletrack, finished, folder, main, ofMachine, pipeline } from "./commandLine.ts"
import { atServer, muteProvider } from "./servers.ts"
import { TerminalScreen } from "./TerminalScreen.ts"

// `script` of util-linux runs a command on a terminal of its own; without it this cannot be shown.
const hasScript = spawnSync("script", ["--version"]).status === 0

const onTerminal = (args: string, cwd: string, env: Readonly<Record<string, string>>) =>
  spawn("script", ["-qec", `stty cols 60 rows 20 && exec "${process.execPath}" "${main}" ${args}`, "/dev/null"], {
    cwd,
    env: { ...ofMachine, TERM: "xterm", ...env },
    stdio: "pipe",
  })

/** What stands on a terminal of 60 columns after this output. */
const screenAfter = (output: string) => {
  const screen = new TerminalScreen(60)
  screen.write(output.replaceAll("\r", ""))
  return screen
}

test.skipIf(!hasScript)(
  "on a terminal the steps are redrawn in place, then the answer follows (needs script)",
  async () => {
    const cwd = folder({ "a.yaml": pipeline({ classify: "Say one.", draft: "Say two." }) })

    const { status, stdout } = await finished(onTerminal("run a.yaml", cwd, { NO_COLOR: "1" }))

    const { lines } = screenAfter(stdout)
    expect(status).toBe(0)
    expect(stdout).toContain("\u001B[2A\u001B[0J")
    expect(lines.filter((line) => line.startsWith("✓ "))).toEqual([
      expect.stringMatching(/^✓ classify {2}traditional +.*\$0 {2}\(no_signature\)$/),
      expect.stringMatching(/^✓ draft {5}traditional/),
    ])
    expect(lines.at(-1)).toMatch(/^completed: 2 steps in /)
  },
)

test.skipIf(!hasScript)("Ctrl-C typed on a terminal cancels the run (needs script)", async () => {
  const { url, connected } = await muteProvider()
  const cwd = folder({ "a.yaml": pipeline({ classify: "Say one." }) })
  const child = onTerminal("run a.yaml", cwd, { ...atServer(url), NO_COLOR: "1" })
  const end = finished(child)
  await connected

  child.stdin?.write("\u0003")
  const { status, stdout } = await end

  const { lines } = screenAfter(stdout)
  expect(status).toBe(130)
  expect(lines).toContainEqual(expect.stringMatching(/^■ classify {2}cancelled/))
  expect(lines).toContainEqual("doubletrack: cancelled")
})

const hostile = "one\u001B[2J\u001B]0;title\u0007 two\u009B31m three"

test.skipIf(!hasScript)("what an answer holds cannot act on the terminal that shows it (needs script)", async () => {
  const cwd = folder({
    "a.yaml": pipeline({ classify: "{{inputs.text}}" }),
    "in.json": JSON.stringify({ text: hostile }),
  })

  const { status, stdout } = await finished(
    onTerminal("run a.yaml --quiet --inputs in.json 2>/dev/null", cwd, { NO_COLOR: "1" }),
  )

  expect(status).toBe(0)
  expect(stdout).toContain("one\\u001b[2J\\u001b]0;title\\u0007 two\\u009b31m three")
  expect(stdout).not.toMatch(/(?![\r\n\t])\p{Cc}/u)
})

test("an answer goes into a pipe as it is", async () => {
  const cwd = folder({
    "a.yaml": pipeline({ classify: "{{inputs.text}}" }),
    "in.json": JSON.stringify({ text: hostile }),
  })

  const { stdout } = await doubletrack(["run", "a.yaml", "--quiet", "--inputs", "in.json"], { cwd })

  expect(stdout).toContain("one\u001B[2J\u001B]0;title\u0007 two\u009B31m three")
})

test.skipIf(!hasScript)("a terminal that does not say its size is taken for a usual one (needs script)", async () => {
  const cwd = folder({ "a.yaml": pipeline({ classify: "Say one." }) })

  const child = spawn(
    "script",
    ["-qec", `stty cols 0 rows 0 && "${process.execPath}" "${main}" run a.yaml`, "/dev/null"],
    {
      cwd,
      env: { ...ofMachine, TERM: "xterm", NO_COLOR: "1" },
      stdio: "pipe",
    },
  )
  const { stdout } = await finished(child)

  expect(stdout).toMatch(/✓ classify {2}traditional +\d+ ms/)
})
