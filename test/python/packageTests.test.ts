import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { packageFolder, pythonEnvironment } from "./pythonEnvironment.ts"
import { runPython } from "./runPython.ts"

const environment = await pythonEnvironment()

describe.skipIf("missing" in environment)("the Python package", { timeout: 60_000 }, () => {
  test("passes its own tests", async () => {
    const { status, stderr } = await runPython(environment, [
      "-m",
      "unittest",
      "discover",
      "-s",
      join(packageFolder, "tests"),
    ])

    expect(stderr).toMatch(/^Ran \d\d+ tests/m)
    expect(status, stderr).toBe(0)
  })
})
