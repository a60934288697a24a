import { join } from "node:path"
import { expect, test } from "vitest"
import { stateFolder } from "./durableTrack.ts"
import { killRuns } from "./kill/killRuns.ts"

test("runs whose processes are killed at any moment come to what they come to unbroken", {
  timeout: 120_000,
}, async () => {
  const folder = stateFolder()
  const series = { runs: 8, seed: 5 }

  const [unbroken, killed] = await Promise.all([
    killRuns({ ...series, folder: join(folder, "unbroken"), kills: 0 }),
    killRuns({ ...series, folder: join(folder, "killed"), kills: 12 }),
  ])

  expect(killed.kills).toBe(12)
  expect(killed.wrong).toEqual([])
  expect(killed.outcome).toEqual(unbroken.outcome)
  expect(killed.repeatedCalls).toBeGreaterThan(0)
})
