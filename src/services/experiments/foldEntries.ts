import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Experiment } from "../../Experiment.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { experimentsIn, keepOnce, madeOnce, putExperiment, takeUnit } from "./experimentEntries.ts"
import { type ExperimentState, FoldPosition } from "./ExperimentState.ts"

const fold = "experiment_fold"
const counts = "experiment_fold_counts"
const experiments = "experiments"
const units = "experiment_units"
const changes = "experiment_changes"

/** With more, the experiment that was longest without an outcome goes. */
const mostExperiments = 2000

/** Units, and judged answers, that one epoch counts: a question that so many do not settle is not settled by more. */
const mostCounted = 100_000

/** Null where nothing of a stream is folded in, or something else besides. */
export const positionIn = (entries: EntryReader): FoldPosition | null => {
  const text = entries.get(fold, "position")
  return text === null ? null : Result.getOrElse(decodePosition(text), () => null)
}

export const putPosition = (entries: EntryWriter, position: FoldPosition): void =>
  entries.put(fold, "position", encodePosition(position))

/** What is there is not what the stream says any more. */
export const forgetPosition = (entries: EntryWriter): void => {
  if (entries.get(fold, "position") !== null) entries.delete(fold, "position")
}

/** Whether the unit counts in this epoch: it is new to it, and there is room. */
export const countUnit = (entries: EntryWriter, experiment: Experiment, unit: string): boolean => {
  const { units: before, judged } = countsOf(entries, experiment)
  if (before >= mostCounted || !takeUnit(entries, experiment, unit)) return false
  putCounts(entries, experiment, { units: before + 1, judged })
  return true
}

/** Whether what people say of an answer counts in this epoch: it is the first word on it, and there is room. */
export const countJudged = (entries: EntryWriter, experiment: Experiment, answer: string): boolean => {
  const { units: before, judged } = countsOf(entries, experiment)
  if (judged >= mostCounted || madeOnce(entries, experiment, answer) !== null) return false
  keepOnce(entries, experiment, answer, { epoch: experiment.epoch, freshUnit: true })
  putCounts(entries, experiment, { units: before, judged: judged + 1 })
  return true
}

/** Makes room for one more experiment. */
export const makeRoom = (entries: EntryWriter): void => {
  const all = experimentsIn(entries).toSorted(byAge)
  for (const { key } of all.slice(0, Math.max(0, all.length + 1 - mostExperiments))) {
    entries.delete(experiments, key)
    entries.delete(counts, key)
    for (const collection of [units, changes]) {
      for (const entry of entries.list(collection, `${key}/`)) entries.delete(collection, entry.key)
    }
  }
}

/** The longest without an outcome first; at the same time, by key. */
const byAge = (a: Experiment, b: Experiment): number =>
  a.updatedAt === b.updatedAt ? (a.key < b.key ? -1 : 1) : a.updatedAt < b.updatedAt ? -1 : 1

/** Everything that folding goes on from. */
export const stateIn = (entries: EntryReader, position: FoldPosition): ExperimentState => {
  const all = experimentsIn(entries)
  return {
    v: 1,
    position,
    experiments: all,
    units: Object.fromEntries(all.map((experiment) => [experiment.key, unitsOf(entries, experiment)])),
    judged: Object.fromEntries(all.map((experiment) => [experiment.key, judgedOf(entries, experiment)])),
  }
}

/** Puts this in the place of all that was there. */
export const replaceState = (entries: EntryWriter, state: ExperimentState): void => {
  for (const collection of [experiments, units, changes, counts]) {
    for (const { key } of entries.list(collection)) entries.delete(collection, key)
  }
  for (const experiment of state.experiments) {
    putExperiment(entries, experiment)
    for (const unit of state.units[experiment.key] ?? []) countUnit(entries, experiment, unit)
    for (const answer of state.judged[experiment.key] ?? []) countJudged(entries, experiment, answer)
  }
  putPosition(entries, state.position)
}

const unitsOf = (entries: EntryReader, { key, epoch }: Experiment): ReadonlyArray<string> =>
  namesIn(entries, units, `${key}/${epoch}/`)

const judgedOf = (entries: EntryReader, experiment: Experiment): ReadonlyArray<string> =>
  namesIn(entries, changes, `${experiment.key}/`).filter(
    // A name with a number is that of a step's end; it is not needed where a stream is folded.
    (name) => !/#\d+$/.test(name) && madeOnce(entries, experiment, name)?.epoch === experiment.epoch,
  )

const namesIn = (entries: EntryReader, collection: string, prefix: string): ReadonlyArray<string> =>
  entries.list(collection, prefix).map(({ key }) => key.slice(prefix.length))

interface Counts {
  readonly units: number
  readonly judged: number
}

/** Each epoch counts anew. */
const countsOf = (entries: EntryReader, { key, epoch }: Experiment): Counts => {
  const text = entries.get(counts, key)
  const found = text === null ? null : Result.getOrElse(decodeCounts(text), () => null)
  return found?.epoch === epoch ? found : { units: 0, judged: 0 }
}

const putCounts = (entries: EntryWriter, { key, epoch }: Experiment, counted: Counts): void =>
  entries.put(counts, key, encodeCounts({ epoch, ...counted }))

const StoredPosition = Schema.fromJsonString(FoldPosition)
const encodePosition = Schema.encodeSync(StoredPosition)
const decodePosition = Schema.decodeUnknownResult(StoredPosition)
const StoredCounts = Schema.fromJsonString(Schema.Struct({ epoch: Schema.Int, units: Schema.Int, judged: Schema.Int }))
const encodeCounts = Schema.encodeSync(StoredCounts)
const decodeCounts = Schema.decodeUnknownResult(StoredCounts)
