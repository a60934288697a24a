import { expect, test } from "vitest"
import { doubletrack, finished, folder, pipeline, start } from "./commandLine.ts"

test("a defect of ours is one line that says how to see more, and a status of 1", async () => {
  const preload = new URL("brokenCheck.ts", import.meta.url).href
  const surroundings = {
    cwd: folder({ "a.yaml": pipeline({ classify: "x" }) }),
    env: { NODE_OPTIONS: `--import ${preload}` },
  }

  const short = await doubletrack(["validate", "a.yaml"], surroundings)
  const long = await doubletrack(["validate", "a.yaml", "--log-level", "debug"], surroundings)

  expect(short).toMatchObject({
    status: 1,
    stdout: "",
    stderr: "doubletrack: unexpected error: the check is broken (--log-level debug shows where it comes from)\n",
  })
  expect(long.status).toBe(1)
  expect(long.stderr).toMatch(/^doubletrack: unexpected error: the check is broken\n[^]*brokenCheck\.ts/)
})

test("a reader that goes away ends the command without a complaint", async () => {
  const child = start(["graph", "--format", "svg"], { cwd: folder() })
  child.stdout?.destroy()

  const { status, stderr } = await finished(child)

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
})
