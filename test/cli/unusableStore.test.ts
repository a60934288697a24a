import { expect, test } from "vitest"
import { doubletrack, folder } from "./commandLine.ts"

/** One for each way in which commands come to the store. */
const commands = [
  ["runs"],
  ["events"],
  ["program", "list"],
  ["experiments"],
  ["feedback", "run-1", "classify", "--score", "1"],
  ["run", "--resume", "run-1"],
]

test("a state directory that is a file ends every command with 1 that needs it, and is said alike", async () => {
  const cwd = folder({ taken: "a file" })

  const ends = await Promise.all(commands.map((command) => doubletrack([...command, "--state", "taken"], { cwd })))

  const message =
    'The state directory "taken" cannot be made (there is a file in its place). Choose another with --state DIR.'
  expect(ends.map(({ status, stdout, stderr }) => ({ status, stdout, stderr }))).toEqual(
    commands.map(() => ({ status: 1, stdout: "", stderr: `${message}\n` })),
  )
})
