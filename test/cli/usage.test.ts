import { expect, test } from "vitest"
import { doubletrack, folder } from "./commandLine.ts"

const usage = async (...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = await doubletrack(args, { cwd: folder() })
  return { status, stdout, lines: stderr.trimEnd().split("\n") }
}

test("an unknown command names the one that was probably meant", async () => {
  const { status, stdout, lines } = await usage("rnu", "a.yaml", "--input", "a=b")

  expect(status).toBe(2)
  expect(stdout).toBe("")
  expect(lines).toEqual([`doubletrack: there is no command "rnu"; did you mean run?`, "See doubletrack --help."])
})

test("unknown flags are all named, global ones suggested like the others", async () => {
  const { status, stdout, lines } = await usage("run", "a.yaml", "--inptu", "a=b", "--jsn")

  expect(status).toBe(2)
  expect(stdout).toBe("")
  expect(lines).toContain("doubletrack run: there is no flag --inptu; did you mean --input?")
  expect(lines).toContain("doubletrack run: there is no flag --jsn; did you mean --json?")
  expect(lines.at(-1)).toBe("See doubletrack run --help.")
})

test.each([
  [["run"], "doubletrack run: FILE is missing"],
  [["run", "a.yaml", "b.yaml"], `doubletrack run: nothing to do with "b.yaml"`],
  [
    ["run", "a.yaml", "--mode", "hybird"],
    `doubletrack run: --mode "hybird": expected traditional, dspy_optimized, hybrid, evaluation; did you mean hybrid?`,
  ],
  [["run", "a.yaml", "--seed", "one"], `doubletrack run: --seed "one": expected `],
  [
    ["run", "a.yaml", "--mode"],
    "doubletrack run: --mode needs a value: traditional, dspy_optimized, hybrid, evaluation",
  ],
  [["run", "a.yaml", "--model", "a/b", "--model", "a/c"], "doubletrack run: --model is given more than once"],
  [["validate"], "doubletrack validate: FILE is missing"],
  [["graph", "--format", "png"], `doubletrack graph: --format "png": expected mermaid, svg, json`],
])("%j is refused in a line", async (args, line) => {
  const { status, stdout, lines } = await usage(...args)

  expect(status).toBe(2)
  expect(stdout).toBe("")
  expect(lines[0]).toContain(line)
})

test("flags of commands that are not there yet are not offered", async () => {
  const { status, lines } = await usage("run", "a.yaml", "--inspect")

  expect(status).toBe(2)
  expect(lines[0]).toMatch(/^doubletrack run: there is no flag --inspect/)
})

test("help is printed on request and for the bare command", async () => {
  const asked = await usage("run", "--help")
  const bare = await usage()

  expect(asked).toMatchObject({ status: 0, stdout: expect.stringContaining("--no-fallback") })
  expect(bare).toMatchObject({ status: 0, stdout: expect.stringContaining("validate") })
})

test("the version is that of the package", async () => {
  const { status, stdout } = await usage("--version")

  expect(status).toBe(0)
  expect(stdout).toMatch(/\d+\.\d+\.\d+/)
})
