import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { jetstreamManager } from "@nats-io/jetstream"
import type { NatsConnection } from "@nats-io/transport-node"
import { onTestFinished } from "vitest"
import type { DoubletrackOptions, WorkflowInput } from "../../src/index.ts"
import { folder } from "../services/nats/events.ts"
import { eventually } from "../services/nats/publish.ts"
import { fleetTrack } from "./fleetTrack.ts"

export type Node = Awaited<ReturnType<typeof startNode>>

/** A node of a fleet, closed after the test. */
export const startNode = async (
  name: string,
  servers: ReadonlyArray<string>,
  { directory = folder(), ...options }: { readonly directory?: string } & DoubletrackOptions = {},
) => {
  const track = await fleetTrack(name, servers, { directory, ...options })
  let open = true
  const close = async () => {
    if (open) await track.close()
    open = false
  }
  onTestFinished(close)
  return { name, track, directory, close }
}

/** Runs one after the other, each for another thing; gives their ids. */
export const runMany = async (
  { track, name }: Pick<Node, "track" | "name">,
  workflow: WorkflowInput,
  { count, units }: { readonly count: number; readonly units?: number },
): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = []
  for (let number = 0; number < count; number += 1) {
    const unit = units === undefined ? {} : { unit: `user-${number % units}` }
    const run = track.run(workflow, { inputs: { thing: `${name}-${number}` }, seed: number, ...unit })
    await run.result
    ids.push(run.id)
  }
  return ids
}

/** The experiments of a node, byte for byte. */
export const experimentBytes = ({ directory }: Pick<Node, "directory">): ReadonlyArray<string> => {
  const database = new DatabaseSync(join(directory, "doubletrack.db"), { readOnly: true })
  try {
    return database
      .prepare("select key, value from entries where collection = 'experiments' order by key")
      .all()
      .map(({ key, value }) => `${String(key)} ${String(value)}`)
  } finally {
    database.close()
  }
}

/** Waits until everything is sent, and everything that is in the stream is folded in by all of them. */
export const settled = async (client: NatsConnection, nodes: ReadonlyArray<Pick<Node, "track">>): Promise<void> => {
  const reports = () => Promise.all(nodes.map(({ track }) => track.fleet()))
  const show = async () => JSON.stringify(await reports(), null, 2)
  await until(async () => (await reports()).every(({ outbox }) => outbox?.waiting === 0), show)
  const last = await eventually(() => lastOutcome(client))
  // A node that has not noticed yet that the stream is another one may be further in the one that was.
  const isIn = (position: Position | null) => position?.stream === last.stream && position.sequence >= last.sequence
  await until(async () => (await reports()).every(({ experiments }) => isIn(experiments)), show)
}

type Position = Awaited<ReturnType<typeof lastOutcome>>

/** The last event that says something about experiments, and the stream that it is in. */
const lastOutcome = async (client: NatsConnection) => {
  const manager = await jetstreamManager(client, { checkAPI: false, timeout: 1000 })
  const { created } = await manager.streams.info("DOUBLETRACK_EVENTS")
  const sequences = await Promise.all(
    ["StepCompleted", "StepFailed", "FeedbackReceived"].map(async (tag) => {
      const subject = `doubletrack.events.*.*.*.${tag}`
      return (await manager.streams.getMessage("DOUBLETRACK_EVENTS", { last_by_subj: subject }))?.seq ?? 0
    }),
  )
  return { stream: created, sequence: Math.max(...sequences) }
}

/** Waits until it is so, for a minute at most. */
export const until = async (isSo: () => Promise<boolean>, show = async () => ""): Promise<void> => {
  const giveUpAt = Date.now() + 60_000
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`it did not come to be so within a minute ${await show()}`)
    await setTimeout(25)
  }
}
