import { jetstream } from "@nats-io/jetstream"
import type { NatsConnection } from "@nats-io/transport-node"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { NatsSettings } from "../../../src/NatsSettings.ts"
import type { RunEvent } from "../../../src/RunEvent.ts"
import { anyRunEvents } from "../../../src/testing/arbitraries/runEvents.ts"

export const natsSettings = Schema.decodeUnknownSync(NatsSettings)

/** A temporary folder, removed after the test. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-fleet-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Whole histories of runs with these ids. */
export const histories = (ids: ReadonlyArray<string>, seed = 1): ReadonlyArray<ReadonlyArray<RunEvent>> =>
  fc
    .sample(anyRunEvents, { seed, numRuns: ids.length })
    .map((events, index) => events.map((event) => ({ ...event, runId: ids[index]!, id: `${ids[index]}-${event.id}` })))

/** Histories as they come: one event of each in turn. */
export const interleaved = <A>(lists: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<A> =>
  Array.from({ length: Math.max(0, ...lists.map(({ length }) => length)) }, (_, index) =>
    lists.flatMap((list) => list.slice(index, index + 1)),
  ).flat()

/** One message of the stream. */
export interface Stored {
  readonly sequence: number
  readonly subject: string
  readonly event: { readonly id: string; readonly runId?: string; readonly seq?: number; readonly _tag: string }
}

/** Everything that the stream of events holds, by a plain client. */
export const storedEvents = async (client: NatsConnection): Promise<ReadonlyArray<Stored>> => {
  const consumer = await jetstream(client).consumers.get("DOUBLETRACK_EVENTS")
  const { num_pending } = await consumer.info()
  const stored: Array<Stored> = []
  if (num_pending === 0) return stored
  for await (const message of await consumer.consume()) {
    stored.push({ sequence: message.seq, subject: message.subject, event: message.json() })
    if (message.info.pending === 0) break
  }
  return stored
}

/** The positions of each run's events, in the order of the stream. */
export const positionsByRun = (stored: ReadonlyArray<Stored>): Readonly<Record<string, ReadonlyArray<number>>> => {
  const positions: Record<string, Array<number>> = {}
  for (const { event } of stored) if (event.runId !== undefined) (positions[event.runId] ??= []).push(event.seq ?? -1)
  return positions
}

/** What `positionsByRun` is to give where every event of these arrived once and in its order. */
export const positionsOf = (
  runs: ReadonlyArray<ReadonlyArray<RunEvent>>,
): Readonly<Record<string, ReadonlyArray<number>>> =>
  Object.fromEntries(runs.map((events) => [events[0]!.runId, events.map(({ seq }) => seq)]))
