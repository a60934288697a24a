import { draw } from "../../draw.ts"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { StepOutcome } from "./StepOutcome.ts"

/** Someone's word on an answer. */
export const Feedback = Schema.Struct({
  /** The same one counts once, however often it is sent. */
  id: Schema.String,
  /** In [0, 1]. */
  score: Schema.Finite,
  at: Schema.String,
})
export type Feedback = typeof Feedback.Type

/** What a feedback was found to be. */
export interface TakenFeedback {
  readonly outcome: StepOutcome
  /** The first word on an outcome decides; later ones are kept, and count for nothing. */
  readonly decides: boolean
  /** Whether the same one came before. */
  readonly repeated: boolean
}

/** How the latest steps ended, and what people said of them. */
export class StepOutcomes extends Context.Service<
  StepOutcomes,
  {
    /** Where that is not possible it is said on the log, once; feedback will not find the step. */
    readonly keep: (outcome: StepOutcome) => Effect.Effect<void>
    /** The same within a transaction. What is known of it already stays: its content, and how it was counted. */
    readonly keepIn: (entries: EntryWriter, outcome: StepOutcome) => void
    /** Null where the run has no such step, or it was too long ago. */
    readonly find: (place: {
      readonly runId: string
      readonly step: string
    }) => Effect.Effect<StepOutcome | null, StoreError>
    /** Null where the run has no such step, or it was too long ago. `step` is a name or a path. */
    readonly give: (
      place: { readonly runId: string; readonly step: string },
      feedback: Feedback,
    ) => Effect.Effect<TakenFeedback | null, StoreError>
    /** The steps of a run that are known. */
    readonly stepsOf: (runId: string) => Effect.Effect<ReadonlyArray<string>, StoreError>
  }
>()("doubletrack/services/feedback/StepOutcomes") {
  static readonly layer: Layer.Layer<StepOutcomes, never, Store> = Layer.effect(
    StepOutcomes,
    Effect.map(Store, (store) => {
      let warned = false
      const warnOnce = ({ message }: StoreError) =>
        Effect.suspend(() => {
          if (warned) return Effect.void
          warned = true
          return Effect.logWarning(`${message} Feedback on these runs will not be taken.`)
        })
      const keepIn = (entries: EntryWriter, outcome: StepOutcome) => {
        const before = outcomesOf(entries, outcome.runId).find(({ path }) => path === outcome.path)
        entries.put(outcomes, keyOf(outcome), encode(before === undefined ? outcome : joined(before, outcome)))
        if (draw(0, keyOf(outcome)) < 1 / sweepEvery) sweep(entries)
      }
      return StepOutcomes.of({
        keep: (outcome) => store.write((entries) => keepIn(entries, outcome)).pipe(Effect.catch(warnOnce)),
        keepIn,
        find: (place) => store.read((entries) => outcomeAt(entries, place)),
        give: (place, feedback) =>
          store.write((entries) => {
            const outcome = outcomeAt(entries, place)
            return outcome === null ? null : { outcome, ...take(entries, outcome, feedback) }
          }),
        stepsOf: (runId) => store.read((entries) => [...new Set(outcomesOf(entries, runId).map(({ path }) => path))]),
      })
    }),
  )
}

const outcomes = "step_outcomes"
const feedbacks = "step_feedback"

/** As many outcomes wait for feedback; the oldest leave. Looked at now and then. */
const mostOutcomes = 20_000
const sweepEvery = 500

const Stored = Schema.fromJsonString(StepOutcome)
const encode = Schema.encodeSync(Stored)
const decode = Schema.decodeUnknownResult(Stored)
const StoredFeedback = Schema.fromJsonString(Schema.Struct({ ...Feedback.fields, decides: Schema.Boolean }))
const encodeFeedback = Schema.encodeSync(StoredFeedback)
const decodeFeedback = Schema.decodeUnknownResult(StoredFeedback)

/** Ids of runs sort by time. */
const keyOf = ({ runId, path }: StepOutcome): string => `${runId}/${path}`

/** Damaged ones are as if they were not there. */
const outcomesOf = (entries: EntryReader, runId: string): ReadonlyArray<StepOutcome> =>
  entries.list(outcomes, `${runId}/`).flatMap(({ value }) => {
    const decoded = Result.flatMap(value, (text) => decode(text))
    return Result.isSuccess(decoded) ? [decoded.success] : []
  })

const outcomeAt = (
  entries: EntryReader,
  place: { readonly runId: string; readonly step: string },
): StepOutcome | null =>
  outcomesOf(entries, place.runId).findLast(({ step, path }) => step === place.step || path === place.step) ?? null

/** Where a fleet counts, an outcome is kept twice: when it comes about, with its content, and when it is counted. */
const joined = (before: StepOutcome, outcome: StepOutcome): StepOutcome => {
  const { epoch, freshUnit } = outcome.epoch === null ? before : outcome
  const content = outcome.content ?? before.content
  return { ...outcome, epoch, freshUnit, ...(content === undefined ? {} : { content }) }
}

const take = (
  entries: EntryWriter,
  outcome: StepOutcome,
  feedback: Feedback,
): Pick<TakenFeedback, "decides" | "repeated"> => {
  const prefix = `${keyOf(outcome)}/`
  const given = entries.list(feedbacks, prefix)
  const key = `${prefix}${feedback.id}`
  const before = given.find((entry) => entry.key === key)
  const known = before === undefined ? before : Result.flatMap(before.value, (text) => decodeFeedback(text))
  if (known !== undefined) return { decides: Result.isSuccess(known) && known.success.decides, repeated: true }
  const decides = given.length === 0
  entries.put(feedbacks, key, encodeFeedback({ ...feedback, decides }))
  return { decides, repeated: false }
}

const sweep = (entries: EntryWriter): void => {
  const keys = entries.keys(outcomes)
  for (const key of keys.slice(0, Math.max(0, keys.length - mostOutcomes))) {
    entries.delete(outcomes, key)
    for (const feedback of entries.list(feedbacks, `${key}/`)) entries.delete(feedbacks, feedback.key)
  }
}
