import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Signature } from "../../Signature.ts"
import type { StoreError } from "../store/StoreError.ts"
import type { TrainingRow } from "./TrainingRow.ts"

/** What became of a row. `duplicate`: one with the same inputs is there that counts more. */
export type Collected = "added" | "replaced" | "duplicate" | "low_quality" | "dropped"

/** Takes out of a row what must not be kept; null drops the row. */
export type Redact = (row: TrainingRow) => TrainingRow | null | Promise<TrainingRow | null>

export interface TrainingDataOptions {
  /** What the quality of an answer has to reach to be kept. Default 0.8. */
  readonly leastQuality?: number
  /** Rows of a signature at most. Default 10,000. */
  readonly mostRows?: number
  /** Runs before anything is stored; throwing drops the row. */
  readonly redact?: Redact
}

/** Rows from production, by signature: a signature or its hash. */
export class TrainingData extends Context.Service<
  TrainingData,
  {
    readonly collect: (of: Signature | string, row: TrainingRow) => Effect.Effect<Collected, StoreError>
    /** In an order that does not depend on when they came; damaged ones are left out and said on the log. */
    readonly rows: (of: Signature | string) => Effect.Effect<ReadonlyArray<TrainingRow>, StoreError>
    readonly count: (of: Signature | string) => Effect.Effect<number, StoreError>
  }
>()("doubletrack/services/training/TrainingData") {}
