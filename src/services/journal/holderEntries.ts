import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { isGone, RunningProcess } from "./RunningProcess.ts"

/** Whoever is at a run. */
export interface Holder {
  readonly token: string
  /** Null where nothing is known of it any more. */
  readonly process: RunningProcess | null
  readonly gone: boolean
}

const holders = "run_holders"
const processes = "run_processes"
const cancels = "run_cancels"

/** Null where nobody ever was, or the run has ended. */
export const holderOf = (entries: EntryReader, runId: string, nowMs: number): Holder | null => {
  const token = entries.get(holders, runId)
  if (token === null) return null
  const process = processOf(entries, token)
  return { token, process, gone: process === null || isGone(process, nowMs) }
}

/** Every run that has not ended. */
export const heldRuns = (entries: EntryReader): ReadonlyArray<string> => entries.list(holders).map(({ key }) => key)

export const isHeldBy = (entries: EntryReader, runId: string, token: string): boolean =>
  entries.get(holders, runId) === token

export const hold = (entries: EntryWriter, runId: string, token: string): void => entries.put(holders, runId, token)

/** Nobody is at the run any more, and nobody need cancel it. */
export const letGo = (entries: EntryWriter, runId: string): void => {
  entries.delete(holders, runId)
  entries.delete(cancels, runId)
}

export const putProcess = (entries: EntryWriter, process: RunningProcess): void =>
  entries.put(processes, process.token, encode(process))

export const deleteProcess = (entries: EntryWriter, token: string): void => entries.delete(processes, token)

/** Forgets processes whose lease ran out before this time; runs that they left have nobody all the same. */
export const forgetProcesses = (entries: EntryWriter, beforeMs: number): void => {
  for (const { key, value } of entries.list(processes)) {
    const process = Result.flatMap(value, (text) => decode(text))
    if (Result.isFailure(process) || process.success.leaseUntilMs < beforeMs) entries.delete(processes, key)
  }
}

export const askToCancel = (entries: EntryWriter, runId: string): void => entries.put(cancels, runId, "")

export const askedToCancel = (entries: EntryReader): ReadonlyArray<string> =>
  entries.list(cancels).map(({ key }) => key)

const processOf = (entries: EntryReader, token: string): RunningProcess | null => {
  const text = entries.get(processes, token)
  const decoded = text === null ? null : decode(text)
  return decoded === null || Result.isFailure(decoded) ? null : decoded.success
}

const Stored = Schema.fromJsonString(RunningProcess)
const encode = Schema.encodeSync(Stored)
const decode = Schema.decodeUnknownResult(Stored)
