import { expect, test } from "vitest"
import { queuedLines } from "../../src/cli/nextSteps.ts"

test("a file whose name has a space is quoted where the command is to be pasted", () => {
  const lines = queuedLines(["pay me"], "my pipelines/a.yaml")

  expect(lines).toEqual([
    "queued: compiling a program for pay me; doubletrack optimize 'my pipelines/a.yaml' does it now",
  ])
})
