import { once } from "node:events"
import { join } from "node:path"
import process from "node:process"
import { Doubletrack } from "../../../src/Doubletrack.ts"
import type { KillPlan } from "./KillPlan.ts"
import { servedLayers } from "./servedLayers.ts"
import { tally } from "./tally.ts"
import { optionsOf, workflowOf } from "./workflow.ts"

/** Carries out the runs of a series that are not done yet: first the one that was interrupted, then the next ones. */

const { store, folder, url, runs, waitMs = 30_000 }: KillPlan = JSON.parse(process.argv[2] ?? "{}")

// It is loaded while the one before it is still at work.
await once(process.stdin, "data")
process.stdin.destroy()
const track = await Doubletrack.start({
  environment: {},
  store,
  resumeInterrupted: false,
  settings: { outputDir: join(folder, "outputs"), journal: { waitMs } },
  layers: servedLayers(url),
  stepTypes: [tally(folder)],
})
const known = await track.runs()
for (const { runId } of known.filter(({ status }) => status === "interrupted")) await track.resume(runId).result
for (let index = known.length; index < runs; index++) await track.run(workflowOf(index), optionsOf(index)).result
await track.close()
