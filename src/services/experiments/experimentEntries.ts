import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Experiment } from "../../Experiment.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"

const experiments = "experiments"
const units = "experiment_units"
const changes = "experiment_changes"

const Stored = Schema.fromJsonString(Experiment)
const decode = Schema.decodeUnknownResult(Stored)
const encode = Schema.encodeSync(Stored)

/** Null where it is not there, or damaged: then its evidence is lost, and it begins anew. */
export const experimentOf = (entries: EntryReader, key: string): Experiment | null =>
  readAll(entries, key).find((experiment) => experiment.key === key) ?? null

export const experimentsIn = (entries: EntryReader): ReadonlyArray<Experiment> => readAll(entries, "")

const readAll = (entries: EntryReader, prefix: string): ReadonlyArray<Experiment> =>
  entries.list(experiments, prefix).flatMap(({ value }) => {
    const decoded = Result.flatMap(value, (text) => decode(text))
    return Result.isSuccess(decoded) ? [decoded.success] : []
  })

export const putExperiment = (entries: EntryWriter, experiment: Experiment): void =>
  entries.put(experiments, experiment.key, encode(experiment))

/** Whether this is the unit's first outcome in the epoch; from now on it is not. */
export const takeUnit = (entries: EntryWriter, { key, epoch }: Experiment, unit: string): boolean =>
  takeFirst(entries, units, `${key}/${epoch}/${unit}`)

/** What is kept of a change that is made a single time: the epoch that it was made in, and whether the unit was new to it. */
const Made = Schema.Struct({ epoch: Schema.Int, freshUnit: Schema.Boolean })
export type Made = typeof Made.Type

/** Null where the change of this name was not made yet. */
export const madeOnce = (entries: EntryReader, { key }: Experiment, name: string): Made | null => {
  const text = entries.get(changes, `${key}/${name}`)
  return text === null ? null : Result.getOrElse(decodeMade(text), () => ({ epoch: 0, freshUnit: true }))
}

export const keepOnce = (entries: EntryWriter, { key }: Experiment, name: string, made: Made): void =>
  entries.put(changes, `${key}/${name}`, encodeMade(made))

export const forgetOnce = (entries: EntryWriter, key: string, name: string): void =>
  entries.delete(changes, `${key}/${name}`)

const encodeMade = Schema.encodeSync(Schema.fromJsonString(Made))
const decodeMade = Schema.decodeUnknownResult(Schema.fromJsonString(Made))

const takeFirst = (entries: EntryWriter, collection: string, key: string): boolean => {
  if (entries.get(collection, key) !== null) return false
  entries.put(collection, key, "")
  return true
}
