import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Signature } from "../../Signature.ts"
import { signatureHash } from "../../signatureHash.ts"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { type Redact, redacted, type RedactedRow } from "./redacted.ts"
import { storedRows } from "./storedRows.ts"
import { type Kept, trainingEntries } from "./trainingEntries.ts"
import type { TrainingRow } from "./TrainingRow.ts"

/**
 * `duplicate`: a row with the same inputs counts more. `full`: so do all rows that there is room for. `dropped`: `redact`
 * did not let it through.
 */
export type Collected = Kept | "low_quality" | "dropped"

export interface TrainingDataOptions {
  /** What the quality of an answer has to reach to be kept; what a person expects always is. Default 0.8. */
  readonly leastQuality?: number
  /** Rows of a signature at most. Default 10,000. */
  readonly mostRows?: number
  /** Runs before anything is stored; throwing drops the row. */
  readonly redact?: Redact
}

/** Rows from production, by signature or its hash. */
export class TrainingData extends Context.Service<
  TrainingData,
  {
    /** What may be kept of a row; null where nothing may. */
    readonly redact: (row: TrainingRow) => Effect.Effect<RedactedRow | null>
    /** An answer that a person finds bad is not kept, and taken out where it was. */
    readonly keep: (
      of: Signature | string,
      row: RedactedRow,
    ) => Effect.Effect<Exclude<Collected, "dropped">, StoreError>
    /** Keeps what may be kept of a row. */
    readonly collect: (of: Signature | string, row: TrainingRow) => Effect.Effect<Collected, StoreError>
    /** In an order that does not depend on when they came; damaged ones are left out and said on the log. */
    readonly rows: (of: Signature | string) => Effect.Effect<ReadonlyArray<TrainingRow>, StoreError>
    readonly count: (of: Signature | string) => Effect.Effect<number, StoreError>
  }
>()("doubletrack/services/training/TrainingData") {
  static readonly layer = ({
    leastQuality = 0.8,
    mostRows = 10_000,
    redact = (row) => row,
  }: TrainingDataOptions = {}): Layer.Layer<TrainingData, never, Store> =>
    Layer.effect(
      TrainingData,
      Effect.map(Store, (store) => {
        const isGood = ({ provenance: { source, quality } }: TrainingRow) =>
          source === "expected" || quality >= leastQuality
        const keep: TrainingData["Service"]["keep"] = Effect.fnUntraced(function* (of, row) {
          if (isGood(row)) {
            return yield* store.write((entries) => trainingEntries.keep(entries, hashOf(of), row, mostRows))
          }
          if (isFeedback(row)) yield* store.write((entries) => trainingEntries.discard(entries, hashOf(of), row))
          return "low_quality"
        })
        return TrainingData.of({
          redact: (row) => redacted(row, redact),
          keep,
          collect: Effect.fnUntraced(function* (of, row) {
            if (!isGood(row) && !isFeedback(row)) return "low_quality"
            const kept = yield* redacted(row, redact)
            return kept === null ? "dropped" : yield* keep(of, kept)
          }),
          rows: (of) => Effect.provideService(storedRows(hashOf(of)), Store, store),
          count: (of) => store.read((entries) => trainingEntries.countOf(entries, hashOf(of))),
        })
      }),
    )
}

const isFeedback = ({ provenance }: TrainingRow): boolean => provenance.source === "feedback"

const hashOf = (of: Signature | string): string => (typeof of === "string" ? of : signatureHash(of))
