import { draw } from "../../src/draw.ts"
import type { Experiment } from "../../src/Experiment.ts"
import { experimentKey } from "../../src/ExperimentSubject.ts"
import type { RunEvent } from "../../src/RunEvent.ts"
import { addObservation } from "../../src/streams/experiment/addObservation.ts"
import { chargesOf } from "../../src/streams/experiment/charges.ts"
import { newExperiment } from "../../src/streams/experiment/newExperiment.ts"

type Ended = Extract<RunEvent, { readonly _tag: "StepCompleted" | "StepFailed" }>

const endsOf = (events: ReadonlyArray<RunEvent>): ReadonlyArray<Ended> =>
  events
    .filter((event) => event._tag === "StepCompleted" || event._tag === "StepFailed")
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** The experiments that the events of all runs make, in the order in which they were recorded, by key. */
export const foldExperiments = (events: ReadonlyArray<RunEvent>): ReadonlyMap<string, Experiment> => {
  const experiments = new Map<string, Experiment>()
  const units = new Set<string>()
  for (const { id, at, observation } of endsOf(events)) {
    if (observation === undefined || observation.subject === null) continue
    const { subject, unit } = observation
    const key = experimentKey(subject)
    const before = experiments.get(key) ?? newExperiment(subject, at)
    const place = `${key}/${before.epoch}/${unit}`
    const isCharged = chargesOf(observation) !== null
    const freshUnit = unit === null || !isCharged || !units.has(place)
    if (unit !== null && isCharged) units.add(place)
    experiments.set(key, addObservation(before, observation, { at, rounding: draw(0, id), freshUnit }))
  }
  return new Map([...experiments].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** How many outcomes each track is charged with. */
export interface Counted {
  readonly traditional: number
  readonly optimized: number
}

/** The same as a count that knows nothing of experiments: what chance assigned and was valid, each unit once. */
export const countOutcomes = (events: ReadonlyArray<RunEvent>): ReadonlyMap<string, Counted> => {
  const counts = new Map<string, Counted>()
  const units = new Set<string>()
  for (const { observation } of endsOf(events)) {
    if (observation === undefined || observation.subject === null) continue
    const { subject, share, assigned, unit } = observation
    const key = experimentKey(subject)
    const before = counts.get(key) ?? { traditional: 0, optimized: 0 }
    counts.set(key, before)
    const tracks = assigned === "both" ? (["traditional", "optimized"] as const) : [assigned]
    const valid = tracks.every((track) => observation[track] !== undefined && observation[track].invalid !== true)
    if (share === null || !valid) continue
    if (unit !== null && units.has(`${key}/${unit}`)) continue
    if (unit !== null) units.add(`${key}/${unit}`)
    counts.set(key, {
      traditional: before.traditional + (tracks.includes("traditional") ? 1 : 0),
      optimized: before.optimized + (tracks.includes("optimized") ? 1 : 0),
    })
  }
  return counts
}
