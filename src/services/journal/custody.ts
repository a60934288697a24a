import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Store } from "../store/Store.ts"
import type { EntryWriter } from "../store/StoredEntries.ts"
import { askedToCancel, deleteProcess, putProcess } from "./holderEntries.ts"
import type { RunOwner } from "./Journal.ts"
import { ownProcess } from "./RunningProcess.ts"
import type { RunRecord } from "./RunRecord.ts"

/** The runs that this process is at. While there are some its lease is renewed, and requests to cancel them are heard. */
export interface Custody {
  readonly token: string
  /** Says until when its runs are its own. */
  readonly renew: (entries: EntryWriter) => void
  readonly take: (record: RunRecord, owner: RunOwner) => void
  /** Undefined for a run that it is not at. */
  readonly recordOf: (runId: string) => RunRecord | undefined
  readonly drop: (runId: string) => void
  /** Somebody else is at them. */
  readonly lose: (runIds: Iterable<string>) => void
}

export interface CustodyOptions {
  readonly store: Store["Service"]
  readonly leaseMs: number
  readonly nowMs: () => number
}

/** How often requests to cancel are looked for. */
const lookMs = 1000

export const openCustody = ({ store, leaseMs, nowMs }: CustodyOptions): Effect.Effect<Custody, never, Scope.Scope> =>
  Effect.gen(function* () {
    const services = yield* Effect.context<never>()
    const self = ownProcess(nowMs())
    const runs = new Map<string, { readonly record: RunRecord; readonly owner: RunOwner }>()
    let watching: Fiber.Fiber<void> | null = null
    let renewedMs: number | null = null

    const renew = (entries: EntryWriter): void => {
      renewedMs = nowMs()
      putProcess(entries, { ...self, leaseUntilMs: renewedMs + leaseMs })
    }

    const look = Effect.suspend(() => {
      if (nowMs() - (renewedMs ?? 0) < leaseMs / 3) return store.read(askedToCancel)
      return store.write((entries) => {
        renew(entries)
        return askedToCancel(entries)
      })
    })

    const watch = Effect.gen(function* () {
      for (;;) {
        yield* Effect.sleep(Math.min(lookMs, leaseMs / 3))
        for (const runId of yield* Effect.orElseSucceed(look, () => [])) runs.get(runId)?.owner.onCancelAsked()
      }
    })

    const drop = (runId: string): void => {
      runs.delete(runId)
      if (runs.size > 0) return
      watching?.interruptUnsafe()
      watching = null
    }

    yield* Effect.addFinalizer(() => {
      watching?.interruptUnsafe()
      return renewedMs === null
        ? Effect.void
        : Effect.ignore(store.write((entries) => deleteProcess(entries, self.token)))
    })
    return {
      token: self.token,
      renew,
      take: (record, owner) => {
        runs.set(record.runId, { record, owner })
        watching ??= Effect.runForkWith(services)(watch)
      },
      recordOf: (runId) => runs.get(runId)?.record,
      drop,
      lose: (runIds) => {
        for (const runId of runIds) {
          const run = runs.get(runId)
          drop(runId)
          run?.owner.onLost()
        }
      },
    }
  })
