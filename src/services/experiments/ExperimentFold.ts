import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Experiment } from "../../Experiment.ts"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { EntryWriter } from "../store/StoredEntries.ts"
import { experimentOf, putExperiment } from "./experimentEntries.ts"
import type { ExperimentState, FoldPosition } from "./ExperimentState.ts"
import type { ExperimentChange } from "./ExperimentStore.ts"
import { countJudged, countUnit, makeRoom, positionIn, putPosition, replaceState, stateIn } from "./foldEntries.ts"

/** The messages of a stream behind one sequence, up to and including another. */
export interface StreamPart {
  readonly stream: string
  readonly after: number
  readonly through: number
}

/** What one message of a stream does to an experiment. Without effects: it may be done again. */
export interface FoldStep {
  readonly sequence: number
  /** The event that says so. */
  readonly origin: { readonly id: string; readonly node: string; readonly at: string }
  /** What begins where there is no such experiment. */
  readonly fresh: Experiment
  readonly unit: string | null
  /** The answer that people have judged; only the first word on it counts, and only in this epoch. */
  readonly judged?: { readonly answer: string; readonly epoch: number }
  /** `counts`: whether the unit, or the word, was not yet counted. */
  readonly change: (before: Experiment, counts: boolean) => Experiment
  /** Kept together with it. */
  readonly keep?: (entries: EntryWriter, change: ExperimentChange) => void
}

/** What a step has done. */
export interface Folded extends ExperimentChange {
  readonly step: FoldStep
}

/** The experiments as a fold over a stream that all nodes read: each message counts once, in the order of the stream. */
export class ExperimentFold extends Context.Service<
  ExperimentFold,
  {
    /** Null where the experiments are not what a stream says. */
    readonly position: Effect.Effect<FoldPosition | null, StoreError>
    /**
     * Takes in a part of a stream, as a whole or not at all; messages that are in already are left out. Null where the
     * experiments are another stream's, or end before the part begins: then nothing was done.
     */
    readonly fold: (
      part: StreamPart,
      steps: ReadonlyArray<FoldStep>,
    ) => Effect.Effect<ReadonlyArray<Folded> | null, StoreError>
    /** What is there, as if it were what the stream says up to this position. */
    readonly stateAt: (position: FoldPosition) => Effect.Effect<ExperimentState, StoreError>
    /** What the stream says; null where the experiments are something else. */
    readonly state: Effect.Effect<ExperimentState | null, StoreError>
    /** Puts this in the place of all experiments. */
    readonly replace: (state: ExperimentState) => Effect.Effect<void, StoreError>
  }
>()("doubletrack/services/experiments/ExperimentFold") {
  static readonly layer: Layer.Layer<ExperimentFold, never, Store> = Layer.effect(
    ExperimentFold,
    Effect.map(Store, (store) =>
      ExperimentFold.of({
        position: store.read(positionIn),
        fold: ({ stream, after, through }, steps) =>
          store.write((entries) => {
            const position = positionIn(entries)
            if (position === null || position.stream !== stream || position.sequence < after) return null
            const fresh = steps.filter(({ sequence }) => sequence > position.sequence)
            const folded = foldInto(entries, fresh)
            if (through > position.sequence) putPosition(entries, { stream, sequence: through })
            return folded
          }),
        stateAt: (position) => store.read((entries) => stateIn(entries, position)),
        state: store.read((entries) => {
          const position = positionIn(entries)
          return position === null ? null : stateIn(entries, position)
        }),
        replace: (state) => store.write((entries) => replaceState(entries, state)),
      }),
    ),
  )
}

/** Experiments are read and written once for all steps. */
const foldInto = (entries: EntryWriter, steps: ReadonlyArray<FoldStep>): ReadonlyArray<Folded> => {
  const changed = new Map<string, Experiment>()
  const flush = () => {
    for (const experiment of changed.values()) putExperiment(entries, experiment)
  }
  const begin = (fresh: Experiment): Experiment => {
    flush()
    makeRoom(entries)
    changed.clear()
    return fresh
  }
  const folded = steps.map((step): Folded => {
    const { fresh, unit, judged } = step
    const before = changed.get(fresh.key) ?? experimentOf(entries, fresh.key) ?? begin(fresh)
    const counts =
      judged === undefined
        ? unit === null || countUnit(entries, before, unit)
        : judged.epoch === before.epoch && countJudged(entries, before, judged.answer)
    const after = step.change(before, counts)
    changed.set(after.key, after)
    const change = { before, after, epoch: after.epoch, freshUnit: counts }
    step.keep?.(entries, change)
    return { ...change, step }
  })
  flush()
  return folded
}
