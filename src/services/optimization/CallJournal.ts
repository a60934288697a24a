import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Usage } from "../../Usage.ts"
import { ModelError } from "../models/Models.ts"
import { Store } from "../store/Store.ts"
import type { StoredEntry } from "../store/StoredEntries.ts"
import type { StoreError } from "../store/StoreError.ts"

const Answered = Schema.TaggedStruct("Answered", {
  text: Schema.String,
  model: Schema.String,
  usage: Usage,
  finishReason: Schema.String,
})
const Failed = Schema.TaggedStruct("Failed", { error: ModelError })

/** What came of a call. Failures are outcomes, too: a resumed job must meet them again. */
export const CallOutcome = Schema.Union([Answered, Failed])
export type CallOutcome = typeof CallOutcome.Type

const Entry = Schema.fromJsonString(CallOutcome)
const decodeEntry = Schema.decodeUnknownOption(Entry)
const encodeEntry = Schema.encodeSync(Entry)

/** The calls of one job that are through, kept until the job is. */
export interface CallJournal {
  /** How many calls of an earlier start it began with. */
  readonly recalled: number
  readonly recall: (key: string) => CallOutcome | undefined
  readonly keep: (key: string, outcome: CallOutcome) => Effect.Effect<void, StoreError>
  readonly drop: Effect.Effect<void, StoreError>
  /** Drops the calls that failed, so that another start makes them again. */
  readonly dropFailures: Effect.Effect<void, StoreError>
}

/** Opens the journal of a job, as an earlier start left it or empty. Entries that cannot be read are called anew. */
export const openCallJournal = Effect.fnUntraced(function* (
  job: string,
  { resume }: { readonly resume: boolean },
): Effect.fn.Return<CallJournal, StoreError, Store> {
  const store = yield* Store
  const collection = collectionOf(job)
  const drop = store.write((entries) => {
    for (const { key } of entries.list(collection)) entries.delete(collection, key)
  })
  const dropFailures = store.write((entries) => {
    for (const entry of entries.list(collection)) {
      if (Option.exists(outcomeOf(entry), ({ _tag }) => _tag === "Failed")) entries.delete(collection, entry.key)
    }
  })
  const left = yield* store.collection(collection).list()
  if (!resume && left.length > 0) yield* drop
  const outcomes = new Map(
    (resume ? left : []).flatMap((entry) =>
      Option.match(outcomeOf(entry), {
        onNone: () => [],
        onSome: (outcome) => [[entry.key, outcome] as const],
      }),
    ),
  )
  return {
    drop,
    dropFailures,
    recalled: outcomes.size,
    recall: (key) => outcomes.get(key),
    keep: (key, outcome) => store.collection(collection).put(key, encodeEntry(outcome)),
  }
})

const outcomeOf = ({ value }: StoredEntry): Option.Option<CallOutcome> =>
  Result.isSuccess(value) ? decodeEntry(value.success) : Option.none()

const collectionOf = (job: string): string => `optimization-calls:${job}`
