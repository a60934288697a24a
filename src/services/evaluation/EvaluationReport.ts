import type { JsonObject } from "../../Json.ts"
import type { FailureReason } from "../../StepFailure.ts"
import type { Tokens } from "../../Usage.ts"
import type { Interval } from "../../statistics/intervals.ts"
import type { Recommendation } from "../../Recommendation.ts"

/** The modes that can be measured on a data set. */
export const evaluatedModes = ["traditional", "dspy_optimized"] as const
export type EvaluatedMode = (typeof evaluatedModes)[number]

/** What one mode made of one row. */
export interface EvaluatedAnswer {
  /** In [0, 1]; 0 for a failure. */
  readonly score: number
  /** What was wrong, in the metric's words. */
  readonly feedback?: string
  /** Null where there was no answer. */
  readonly outputs: JsonObject | null
  /** What the model said, or the outputs as text; the whole answer can be judged again from it. */
  readonly text: string
  readonly failure?: { readonly reason: FailureReason; readonly message: string }
  /** Without waiting for limits of models. */
  readonly latencyMs: number
  readonly costUsd: number | null
  readonly tokens: Tokens
}

/** One row and its answers. */
export interface EvaluatedRow {
  /** In the data set's file, from 1. */
  readonly line: number
  readonly inputs: JsonObject
  readonly expected: JsonObject
  readonly answers: { readonly [mode in EvaluatedMode]?: EvaluatedAnswer }
}

/** One mode over all rows. */
export interface ModeScore {
  /** Mean score, in [0, 1]. */
  readonly quality: number
  /** 95 % interval of the quality. */
  readonly interval: Interval
  /** The share of rows with an answer, right or wrong. */
  readonly successRate: number
  /** Mean cost of an answer; null where a price is not known. */
  readonly costUsd: number | null
  readonly totalCostUsd: number | null
  readonly latencyMs: { readonly p50: number; readonly p95: number }
  readonly tokens: Tokens
}

/** The optimized mode minus the traditional one, over pairs of the same row. */
export interface Comparison {
  readonly qualityDiff: number
  /** Per answer, in USD; null where a price is not known. */
  readonly costDiff: number | null
  /** Mean latency, in ms. */
  readonly executionTimeDiff: number
  readonly successRateDiff: number
  /** 95 % interval of the difference in quality. */
  readonly interval: Interval
  /** Evidence that the qualities differ: 1 is none, 20 decides. */
  readonly eValue: number
  readonly decided: boolean
}

/** What one step is worth on a data set. */
export interface EvaluationReport {
  readonly workflow: string
  readonly step: string
  readonly metric: string
  /** Rows measured. */
  readonly n: number
  readonly dataset: { readonly file: string; readonly fingerprint: string; readonly rows: number }
  /** The program that the optimized mode asked. */
  readonly programId: string | null
  /** What the metric spent on calls of its own, in USD; null where a price is not known. It is in no mode's cost. */
  readonly metricCostUsd: number | null
  readonly modes: { readonly [mode in EvaluatedMode]?: ModeScore }
  readonly comparison?: Comparison
  readonly recommendation?: Recommendation
  /** What is worth saying about the data or the modes. */
  readonly warnings: ReadonlyArray<string>
  /** Labels of the step's only output, where it is an enum. */
  readonly labels?: ReadonlyArray<string>
  /** Every row with its answers, so that scores can be counted again. */
  readonly rows: ReadonlyArray<EvaluatedRow>
}
