import * as Effect from "effect/Effect"
import type { Experiment } from "../../Experiment.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { ExperimentChange } from "./ExperimentStore.ts"

/** As many experiments as are remembered for when the store cannot be used. */
const most = 500

/** The experiments used last, and what goes on with them while the store cannot be used. */
export const rememberExperiments = () => {
  const known = new Map<string, Experiment>()
  const unitsSeen = new Set<string>()
  let warned: StoreError["reason"] | null = null

  const keep = (experiment: Experiment): void => {
    known.delete(experiment.key)
    known.set(experiment.key, experiment)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
  }

  return {
    keep,
    get: (key: string): Experiment | null => known.get(key) ?? null,
    update: (
      fresh: Experiment,
      change: (before: Experiment, freshUnit: boolean) => Experiment,
      unit: string | null,
    ): ExperimentChange => {
      const before = known.get(fresh.key) ?? fresh
      const place = `${before.key}/${before.epoch}/${unit}`
      const freshUnit = unit === null || !unitsSeen.has(place)
      const after = change(before, freshUnit)
      if (unit !== null && unitsSeen.size < 100 * most) unitsSeen.add(place)
      keep(after)
      return { before, after, epoch: after.epoch, freshUnit }
    },
    /** Once for each kind of trouble. */
    warn: (error: StoreError): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (warned === error.reason) return Effect.void
        warned = error.reason
        return Effect.logWarning(`${error.message} Until then, evidence is kept in this process alone.`)
      }),
  }
}
