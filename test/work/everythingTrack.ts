import { join } from "node:path"
import { Doubletrack } from "../../src/Doubletrack.ts"
import { servedLayers } from "../durable/kill/servedLayers.ts"
import { tally } from "../durable/kill/tally.ts"
import type { WorkerPlan } from "./WorkerPlan.ts"

/** A process of a fleet that can carry out the workflow with a bit of everything. */
export const everythingTrack = ({ name, store, folder, url, nats, takeOverMs }: WorkerPlan) =>
  Doubletrack.start({
    node: name,
    environment: {},
    store,
    nats: { servers: [nats], work: { takeOverMs, concurrency: 6 } },
    settings: { outputDir: join(folder, "outputs") },
    layers: servedLayers(url),
    stepTypes: [tally(folder)],
  })
