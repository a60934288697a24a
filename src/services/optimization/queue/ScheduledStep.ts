import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { OptimizationFrequency } from "../../../DspyConfig.ts"
import type { EntryReader, EntryWriter, StoredEntry } from "../../store/StoredEntries.ts"
import { WorkflowReference } from "./WorkflowReference.ts"

/** What a monitor found about a step that optimizing it anew may mend. */
export const DriftSignal = Schema.Literals(["drift", "error_rate"])
export type DriftSignal = typeof DriftSignal.Type

/** A step that is to be optimized again and again. */
export const ScheduledStep = Schema.Struct({
  workflow: WorkflowReference,
  step: Schema.String,
  signatureHash: Schema.String,
  frequency: OptimizationFrequency,
  /** When it was last asked for, or its program compiled before it was scheduled; null: never. */
  lastAtMs: Schema.NullOr(Schema.Finite),
  /** Rows to learn from at that time; null where that is not known. */
  rows: Schema.NullOr(Schema.Int),
  /** What was reported since. */
  signals: Schema.Array(DriftSignal),
})
export type ScheduledStep = typeof ScheduledStep.Type

const collection = "schedules"

const all = (entries: EntryReader) => partition(entries.list(collection))

const ofWorkflow = (entries: EntryReader, workflow: string): ReadonlyArray<ScheduledStep> =>
  partition(entries.list(collection, `${JSON.stringify([workflow]).slice(0, -1)},`)).scheduled

/** Null for a damaged one, too, which is then written anew. */
const find = (entries: EntryReader, { workflow: { name }, step }: Pick<ScheduledStep, "workflow" | "step">) =>
  ofWorkflow(entries, name).find((scheduled) => scheduled.step === step) ?? null

const put = (entries: EntryWriter, scheduled: ScheduledStep): void =>
  entries.put(collection, keyOf(scheduled), encode(scheduled))

const remove = (entries: EntryWriter, scheduled: ScheduledStep): void => entries.delete(collection, keyOf(scheduled))

/** How schedules lie in the store. */
export const scheduleEntries = { all, ofWorkflow, find, put, remove }

const keyOf = ({ workflow: { name }, step }: ScheduledStep): string => JSON.stringify([name, step])

const partition = (stored: ReadonlyArray<StoredEntry>) => {
  const decoded = stored.map(decodeEntry)
  return {
    scheduled: decoded.flatMap((each) => (Result.isSuccess(each) ? [each.success] : [])),
    damaged: decoded.flatMap((each) => (Result.isFailure(each) ? [each.failure] : [])),
  }
}

const Entry = Schema.fromJsonString(ScheduledStep)
const encode = Schema.encodeSync(Entry)
const decode = Schema.decodeUnknownResult(Entry)

const decodeEntry = ({ key, value }: StoredEntry): Result.Result<ScheduledStep, string> =>
  Result.flatMap(
    Result.mapError(value, ({ message }) => message),
    (text) =>
      Result.mapError(
        decode(text),
        () => `The schedule of ${key} cannot be read and is left out; the next run of the workflow writes it anew.`,
      ),
  )
