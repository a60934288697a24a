import { expect, test } from "vitest"
import { doubletrack, folder, pipeline } from "./commandLine.ts"

const good = pipeline({ classify: "x" })
const bad = good.replace("type: claude", "type: cluade")

test("valid files are said to be, with 0", async () => {
  const { status, stdout } = await doubletrack(["validate", "a.yaml"], { cwd: folder({ "a.yaml": good }) })

  expect(status).toBe(0)
  expect(stdout).toBe("a.yaml: valid\n")
})

test("an invalid file among them gives 1, and every problem has its place", async () => {
  const { status, stdout } = await doubletrack(["validate", "a.yaml", "b.yaml"], {
    cwd: folder({ "a.yaml": good, "b.yaml": bad }),
  })

  expect(status).toBe(1)
  expect(stdout).toMatch(
    /^a\.yaml: valid\nb\.yaml:5:13: error: .*\(workflow\.steps\[0\]\.type\)\nb\.yaml: invalid, 1 error\n$/,
  )
})

test("--json prints one list for all files", async () => {
  const { status, stdout } = await doubletrack(["validate", "a.yaml", "b.yaml", "--json"], {
    cwd: folder({ "a.yaml": good, "b.yaml": bad }),
  })

  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject([
    { file: "a.yaml", valid: true, problems: [] },
    {
      file: "b.yaml",
      valid: false,
      problems: [{ line: 5, column: 13, path: "workflow.steps[0].type", severity: "error" }],
    },
  ])
})

test("--strict reports keys that nothing reads", async () => {
  const cwd = folder({ "a.yaml": pipeline({ classify: "x" }, { classify: "colour: red" }) })

  const lax = await doubletrack(["validate", "a.yaml"], { cwd })
  const strict = await doubletrack(["validate", "a.yaml", "--strict"], { cwd })

  expect(lax.stdout).toBe("a.yaml: valid\n")
  expect(strict.stdout).toMatch(/^a\.yaml:\d+:\d+: warning: .*colour/)
})

test("--quiet prints problems alone", async () => {
  const { stdout } = await doubletrack(["validate", "a.yaml", "b.yaml", "-q"], {
    cwd: folder({ "a.yaml": good, "b.yaml": bad }),
  })

  expect(stdout).toMatch(/^b\.yaml:5:13: error: [^\n]*\n$/)
})

test("files that are not there are wrong usage", async () => {
  const { status, stdout, stderr } = await doubletrack(["validate", "a.yaml", "nowhere.yaml"], {
    cwd: folder({ "a.yaml": good }),
  })

  expect(status).toBe(2)
  expect(stdout).toBe("")
  expect(stderr).toBe("nowhere.yaml: there is no such file\n")
})
