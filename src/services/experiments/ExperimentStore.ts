import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Experiment } from "../../Experiment.ts"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { experimentOf, experimentsIn, keepOnce, madeOnce, putExperiment, takeUnit } from "./experimentEntries.ts"
import { forgetPosition } from "./foldEntries.ts"
import { rememberExperiments } from "./rememberExperiments.ts"

/** A step of a workflow, which is what people pause and pin. */
export interface StepPlace {
  readonly workflow: string
  readonly step: string
}

/** What an experiment was, and what it has become. */
export interface ExperimentChange {
  readonly before: Experiment
  readonly after: Experiment
  /** The epoch that the change was made in. */
  readonly epoch: number
  /** Whether the unit was not yet counted in that epoch. */
  readonly freshUnit: boolean
}

/** The experiments of this installation, shared by its processes. What cannot be kept is said on the log once and goes on in memory. */
export class ExperimentStore extends Context.Service<
  ExperimentStore,
  {
    readonly get: (key: string) => Effect.Effect<Experiment | null>
    /** Damaged ones are left out and said on the log. */
    readonly list: Effect.Effect<ReadonlyArray<Experiment>, StoreError>
    /**
     * Changes one as a whole or not at all, whatever other processes do to it; `fresh` begins one that is not there.
     * `change` is told whether the unit was not yet counted in this epoch; it may be called again and has no effects.
     * With a name in `once`, a change of that name is made a single time; what is said of a later one is as it was then.
     */
    readonly update: (
      fresh: Experiment,
      change: (before: Experiment, freshUnit: boolean) => Experiment,
      about: { readonly unit: string | null; readonly once?: string },
    ) => Effect.Effect<ExperimentChange>
    /** Whether a change of this name was made to an experiment. */
    readonly wasMade: (experiment: Experiment, name: string) => Effect.Effect<boolean>
  }
>()("doubletrack/services/experiments/ExperimentStore") {
  static readonly layer: Layer.Layer<ExperimentStore, never, Store> = Layer.effect(
    ExperimentStore,
    Effect.map(Store, (store) => {
      const memory = rememberExperiments()
      return ExperimentStore.of({
        get: (key) =>
          store
            .read((entries) => experimentOf(entries, key))
            .pipe(
              Effect.map((stored) => {
                const latest = memory.latest(key, stored)
                if (latest !== null && latest === stored) memory.keep(stored)
                return latest
              }),
              Effect.catch((error) => Effect.as(memory.warn(error), memory.get(key))),
            ),
        list: store.read(experimentsIn),
        update: (fresh, change, { unit, once }) =>
          store
            .write((entries): ExperimentChange => {
              forgetPosition(entries)
              const before = memory.latest(fresh.key, experimentOf(entries, fresh.key)) ?? fresh
              const made = once === undefined ? null : madeOnce(entries, before, once)
              if (made !== null) return { before, after: before, ...made }
              const freshUnit = unit === null || (takeUnit(entries, before, unit) && memory.isFresh(before, unit))
              const after = change(before, freshUnit)
              putExperiment(entries, after)
              if (once !== undefined) keepOnce(entries, before, once, { epoch: after.epoch, freshUnit })
              return { before, after, epoch: after.epoch, freshUnit }
            })
            .pipe(
              Effect.tap(({ before, after }) => Effect.sync(() => before !== after && memory.keep(after))),
              Effect.catch((error) => Effect.as(memory.warn(error), memory.update(fresh, change, unit))),
            ),
        wasMade: (experiment, name) =>
          Effect.orElseSucceed(
            store.read((entries) => madeOnce(entries, experiment, name) !== null),
            () => false,
          ),
      })
    }),
  )
}
