import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { EntryReader, EntryWriter, StoredEntry } from "../../store/StoredEntries.ts"
import { backOffMs, isBackingOff, isFruitless, isStronger } from "./backOff.ts"
import {
  type AttemptOutcome,
  type ClaimedOptimization,
  type OptimizationRequest,
  QueuedOptimization,
} from "./QueuedOptimization.ts"

/** What a request came to. */
export type RequestResult = "new" | "already_queued" | "backing_off"

/** A job that its owners did not survive this often in a row is given up. */
const mostAbandoned = 3

const collection = "optimization_queue"

const request = (entries: EntryWriter, wanted: OptimizationRequest, nowMs: number): RequestResult => {
  const id = idOf(wanted)
  const before = find(entries, id)
  if (before === null) {
    const nothing = { last: null, fruitless: 0, notBeforeMs: 0, abandoned: 0 }
    put(entries, { id, ...wanted, requestedAtMs: nowMs, state: { _tag: "Waiting" }, ...nothing })
    return "new"
  }
  if (before.state._tag !== "Done") {
    if (isStronger(wanted.why, before.why)) put(entries, { ...before, ...wanted })
    return "already_queued"
  }
  if (isBackingOff(before, wanted.why, nowMs)) return "backing_off"
  put(entries, { ...before, ...wanted, requestedAtMs: nowMs, state: { _tag: "Waiting" }, abandoned: 0 })
  return "new"
}

const all = (entries: EntryReader) => {
  const decoded = entries.list(collection).map(decode)
  return {
    queued: decoded.flatMap((each) => (Result.isSuccess(each) ? [each.success] : [])),
    damaged: decoded.flatMap((each) => (Result.isFailure(each) ? [each.failure] : [])),
  }
}

interface Taking {
  readonly owner: string
  readonly nowMs: number
  readonly leaseMs: number
  readonly only: (queued: QueuedOptimization) => boolean
}

const take = (entries: EntryWriter, { owner, nowMs, leaseMs, only }: Taking): ClaimedOptimization | null => {
  for (const queued of freeOf(all(entries).queued, nowMs).filter(only)) {
    const abandoned = queued.state._tag === "Claimed" ? queued.abandoned + 1 : queued.abandoned
    if (abandoned >= mostAbandoned) {
      put(entries, ended({ ...queued, abandoned }, givenUp, nowMs))
      continue
    }
    const claim = { ...queued, abandoned, state: { _tag: "Claimed" as const, owner, untilMs: nowMs + leaseMs } }
    put(entries, claim)
    return claim
  }
  return null
}

const renew = (entries: EntryWriter, claim: ClaimedOptimization, untilMs: number): boolean =>
  whileOwned(entries, claim, (queued) => ({ ...queued, state: { ...claim.state, untilMs } }))

const release = (entries: EntryWriter, claim: ClaimedOptimization): boolean =>
  whileOwned(entries, claim, (queued) => ({ ...queued, state: { _tag: "Waiting" }, abandoned: 0 }))

const done = (entries: EntryWriter, claim: ClaimedOptimization, outcome: AttemptOutcome, nowMs: number): boolean =>
  whileOwned(entries, claim, (queued) => ended(queued, outcome, nowMs))

/** What can be done to the queue in a transaction of the store. */
export const queueEntries = { request, all, take, renew, release, done }

/** Those that can be taken, the one that waits longest first. */
export const freeOf = (queued: ReadonlyArray<QueuedOptimization>, nowMs: number): ReadonlyArray<QueuedOptimization> =>
  queued
    .filter(({ state }) => state._tag === "Waiting" || (state._tag === "Claimed" && state.untilMs <= nowMs))
    .toSorted((a, b) => a.requestedAtMs - b.requestedAtMs || (a.id < b.id ? -1 : 1))

const ended = (queued: QueuedOptimization, outcome: AttemptOutcome, nowMs: number): QueuedOptimization => {
  const fruitless = isFruitless(outcome) ? queued.fruitless + 1 : 0
  return {
    ...queued,
    state: { _tag: "Done" },
    last: { ...outcome, atMs: nowMs },
    fruitless,
    notBeforeMs: nowMs + backOffMs(fruitless),
    abandoned: 0,
  }
}

const givenUp: AttemptOutcome = {
  status: "failed",
  message: `given up: the process that worked on it was gone ${mostAbandoned} times in a row`,
}

/** Changes what a claim is about, unless it has gone to another owner. */
const whileOwned = (
  entries: EntryWriter,
  { id, state: { owner } }: ClaimedOptimization,
  change: (queued: QueuedOptimization) => QueuedOptimization,
): boolean => {
  const queued = find(entries, id)
  if (queued === null || queued.state._tag !== "Claimed" || queued.state.owner !== owner) return false
  put(entries, change(queued))
  return true
}

/** One of equal signatures for each step, since programs are adopted for steps. */
const idOf = ({ signatureHash, workflow, step }: OptimizationRequest): string => {
  const place = createHash("sha256").update(JSON.stringify([workflow.name, step]))
  return `${signatureHash}/${place.digest("hex").slice(0, 16)}`
}

const put = (entries: EntryWriter, queued: QueuedOptimization): void =>
  entries.put(collection, queued.id, encodeQueued(queued))

/** Null for a damaged one, too, which is then written anew. */
const find = (entries: EntryReader, id: string): QueuedOptimization | null => {
  const [stored] = entries.list(collection, id)
  return stored === undefined ? null : Result.getOrElse(decode(stored), () => null)
}

const Entry = Schema.fromJsonString(QueuedOptimization)
const encodeQueued = Schema.encodeSync(Entry)
const decodeQueued = Schema.decodeUnknownResult(Entry)

const decode = ({ key, value }: StoredEntry): Result.Result<QueuedOptimization, string> =>
  Result.flatMap(
    Result.mapError(value, ({ message }) => message),
    (text) =>
      Result.mapError(
        decodeQueued(text),
        () => `The queued optimization "${key}" cannot be read and is left out; asking for it again writes it anew.`,
      ),
  )
