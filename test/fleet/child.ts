import process from "node:process"
import { fleetTrack, judged } from "./fleetTrack.ts"

/** A node that resumes what was left behind, carries out runs until there are as many as asked for, and ends when all is sent. */

const [directory = "", url = "", count = "0"] = process.argv.slice(2)
const resumed: Array<Promise<unknown>> = []
const track = await fleetTrack("killed", [url], {
  directory,
  modelMs: 3,
  settings: { journal: { leaseMs: 500 } },
  onResume: (run) => resumed.push(run.result),
})
console.log("ready")
for (let number = (await track.runs()).length; number < Number(count); number += 1) {
  await track.run(judged, { inputs: { thing: `thing-${number}` }, seed: number }).result
}
while ((await track.runs()).some(({ status }) => status !== "completed"))
  await new Promise((resolve) => setTimeout(resolve, 50))
await Promise.all(resumed)
while (((await track.fleet()).outbox?.waiting ?? 1) > 0) await new Promise((resolve) => setTimeout(resolve, 50))
await track.close()
