import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"

/** An event on its way to NATS. */
export const OutboxMessage = Schema.Struct({
  id: Schema.String,
  subject: Schema.String,
  /** What has to arrive in its order: a run, or the system events of a workflow. */
  chain: Schema.String,
  /** Position in its run; null for system events. */
  seq: Schema.NullOr(Schema.Int),
  /** The event as JSON. */
  data: Schema.String,
  /** Whether it may have arrived before, or may be in another lane. */
  again: Schema.optionalKey(Schema.Boolean),
})
export type OutboxMessage = typeof OutboxMessage.Type

/** A message and its number in its lane. */
export interface QueuedMessage {
  readonly number: number
  readonly message: OutboxMessage
}

/** Where a lane stands; its messages are numbered from `first` to just before `next`. */
export const Lane = Schema.Struct({
  first: Schema.Int,
  next: Schema.Int,
  /** Of the messages in it. */
  bytes: Schema.Int,
})
export type Lane = typeof Lane.Type

export interface OutboxBounds {
  readonly maxEvents: number
  readonly maxBytes: number
}

const lanes = "nats_outbox_lanes"
const messages = "nats_outbox"
const totals = "nats_outbox_totals"

/** The lanes that hold something, or that their process still has in use. */
export const laneNames = (entries: EntryReader): ReadonlyArray<string> => entries.list(lanes).map(({ key }) => key)

export const laneOf = (entries: EntryReader, name: string): Lane => {
  const entry = entries.list(lanes, name).find(({ key }) => key === name)
  const decoded = entry === undefined ? null : Result.flatMap(entry.value, (text) => decodeLane(text))
  return decoded === null ? emptyLane : Result.getOrElse(decoded, () => emptyLane)
}

const emptyLane: Lane = { first: 0, next: 0, bytes: 0 }

/**
 * Adds behind the last. A number is never given twice, even where others emptied the lane meanwhile: `number` is the next
 * one that its owner knows of. Gives the next one after that, and how many of the oldest had to go.
 */
export const append = (
  entries: EntryWriter,
  { name, number }: { readonly name: string; readonly number: number },
  added: ReadonlyArray<OutboxMessage>,
  { maxEvents, maxBytes }: OutboxBounds,
): { readonly next: number; readonly dropped: number } => {
  const before = laneOf(entries, name)
  let { bytes } = before
  let next = Math.max(before.next, number)
  let first = before.next === before.first ? next : before.first
  for (const message of added) {
    const text = encode(message)
    entries.put(messages, keyOf(name, next), text)
    bytes += text.length
    next += 1
  }
  let dropped = 0
  while (next - first > maxEvents || (bytes > maxBytes && next > first)) {
    const found = messageAt(entries, name, first)
    if (found !== null) {
      entries.delete(messages, keyOf(name, first))
      bytes -= found.bytes
      dropped += 1
    }
    first += 1
  }
  if (dropped > 0) countDropped(entries, dropped)
  entries.put(lanes, name, encodeLane({ first, next, bytes }))
  return { next, dropped }
}

/** The oldest messages of a lane. Damaged ones are left out. */
export const head = (entries: EntryReader, name: string, count: number): ReadonlyArray<QueuedMessage> => {
  const { first, next } = laneOf(entries, name)
  const found: Array<QueuedMessage> = []
  for (let number = first; number < next && found.length < count; number += 1) {
    const message = messageAt(entries, name, number)?.message
    if (message !== undefined && message !== null) found.push({ number, message })
  }
  return found
}

/** Takes out what has arrived; a lane of which nothing is left is gone. */
export const remove = (entries: EntryWriter, name: string, arrived: ReadonlyArray<number>): void => {
  const { next, ...before } = laneOf(entries, name)
  let { first, bytes } = before
  for (const number of arrived) {
    const found = messageAt(entries, name, number)
    if (found === null) continue
    entries.delete(messages, keyOf(name, number))
    bytes -= found.bytes
  }
  while (first < next && (messageAt(entries, name, first) ?? nothing).message === null) {
    entries.delete(messages, keyOf(name, first))
    first += 1
  }
  if (first === next) entries.delete(lanes, name)
  else entries.put(lanes, name, encodeLane({ first, next, bytes }))
}

/** What waits in all lanes, and how many had to go since the store was made. */
export const outboxTotals = (entries: EntryReader) => {
  const all = laneNames(entries).map((name) => laneOf(entries, name))
  return {
    waiting: all.reduce((sum, { first, next }) => sum + next - first, 0),
    waitingBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    dropped: droppedIn(entries),
  }
}

export const countDropped = (entries: EntryWriter, count: number): void =>
  entries.put(totals, "dropped", String(droppedIn(entries) + count))

const droppedIn = (entries: EntryReader): number => Number(entries.get(totals, "dropped") ?? "0")

interface Found {
  readonly bytes: number
  /** Null where it is damaged. */
  readonly message: OutboxMessage | null
}

const nothing: Found = { bytes: 0, message: null }

const messageAt = (entries: EntryReader, lane: string, number: number): Found | null => {
  const key = keyOf(lane, number)
  const entry = entries.list(messages, key).find((found) => found.key === key)
  if (entry === undefined) return null
  if (Result.isFailure(entry.value)) return nothing
  const text = entry.value.success
  return { bytes: text.length, message: Result.getOrElse(decode(text), () => null) }
}

const keyOf = (lane: string, number: number): string => `${lane}/${number.toString().padStart(12, "0")}`

const encode = Schema.encodeSync(Schema.fromJsonString(OutboxMessage))
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(OutboxMessage))
const encodeLane = Schema.encodeSync(Schema.fromJsonString(Lane))
const decodeLane = Schema.decodeUnknownResult(Schema.fromJsonString(Lane))
