import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Experiment } from "../../Experiment.ts"
import { ExperimentControl } from "../../Route.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import type { StepPlace } from "./ExperimentStore.ts"

const experiments = "experiments"
const units = "experiment_units"
const changes = "experiment_changes"
const controls = "experiment_controls"

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

/** Whether a change of this name was not made yet; from now on it was. */
export const takeOnce = (entries: EntryWriter, { key }: Experiment, name: string): boolean =>
  takeFirst(entries, changes, `${key}/${name}`)

const takeFirst = (entries: EntryWriter, collection: string, key: string): boolean => {
  if (entries.get(collection, key) !== null) return false
  entries.put(collection, key, "")
  return true
}

export const controlOf = (entries: EntryReader, place: StepPlace): ExperimentControl => {
  const written = entries.get(controls, placeKey(place))
  return isControl(written) ? written : "running"
}

export const putControl = (entries: EntryWriter, place: StepPlace, control: ExperimentControl): void =>
  control === "running" ? entries.delete(controls, placeKey(place)) : entries.put(controls, placeKey(place), control)

const isControl = Schema.is(ExperimentControl)

const placeKey = ({ workflow, step }: StepPlace): string => JSON.stringify([workflow, step])
