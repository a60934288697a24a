import process from "node:process"
import { asking, limitedTrack } from "./limitedTrack.ts"

/** A node that asks what is never answered. */

const track = await limitedTrack(JSON.parse(process.argv[2] ?? "{}"))
await track.run(asking, { inputs: { question: "hang" } }).result
