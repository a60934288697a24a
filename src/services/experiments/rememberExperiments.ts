import * as Effect from "effect/Effect"
import type { Experiment } from "../../Experiment.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { ExperimentChange } from "./ExperimentStore.ts"

/** As many experiments as are remembered for when the store cannot be used. */
const most = 500

interface Known {
  readonly experiment: Experiment
  /** Of one that could not be written: when what the store holds of it was last changed, null where it holds none. */
  readonly aheadOf?: string | null
}

/** The experiments used last, and what goes on with them while the store cannot be used. */
export const rememberExperiments = () => {
  const known = new Map<string, Known>()
  const unitsSeen = new Set<string>()
  let warned: StoreError["reason"] | null = null

  const remember = (now: Known): void => {
    const { key } = now.experiment
    known.delete(key)
    known.set(key, now)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
  }
  const isFresh = ({ key, epoch }: Experiment, unit: string | null): boolean =>
    unit === null || !unitsSeen.has(`${key}/${epoch}/${unit}`)

  return {
    /** As the store holds it now. */
    keep: (experiment: Experiment): void => remember({ experiment }),
    /** What is known beside what the store holds: the same, unless more was learned that could not be written. */
    latest: (key: string, stored: Experiment | null): Experiment | null => {
      const own = known.get(key)
      const isAhead = own?.aheadOf !== undefined && own.aheadOf === (stored?.updatedAt ?? null)
      return isAhead ? own.experiment : (stored ?? own?.experiment ?? null)
    },
    get: (key: string): Experiment | null => known.get(key)?.experiment ?? null,
    /** Whether the unit was not counted while the store could not be written. */
    isFresh,
    update: (
      fresh: Experiment,
      change: (before: Experiment, freshUnit: boolean) => Experiment,
      unit: string | null,
    ): ExperimentChange => {
      const own = known.get(fresh.key)
      const before = own?.experiment ?? fresh
      const freshUnit = isFresh(before, unit)
      const after = change(before, freshUnit)
      if (unit !== null && unitsSeen.size < 100 * most) unitsSeen.add(`${before.key}/${before.epoch}/${unit}`)
      remember({
        experiment: after,
        aheadOf: own?.aheadOf === undefined ? (own?.experiment.updatedAt ?? null) : own.aheadOf,
      })
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
