import { once } from "node:events"
import process from "node:process"
import { everythingTrack } from "./everythingTrack.ts"

/** A worker that is loaded, begins to work when it is told to, and gives back what it is at when its input ends. */
const plan = JSON.parse(process.argv[2] ?? "{}")
await once(process.stdin, "data")
const track = await everythingTrack(plan)
track.work()
await once(process.stdin, "end")
await track.close()
