import { every, fieldMetric } from "./fieldMetric.ts"
import type { Metric } from "./Metric.ts"
import { comparable, overlapF1, squadTokens } from "./normalized.ts"

/** 1 where every expected field is answered exactly, apart from white space around it and how Unicode composes letters. */
export const exactMatch: Metric = fieldMetric(
  "exact_match",
  (expected, actual) => (actual !== undefined && comparable(actual) === comparable(expected) ? 1 : 0),
  every,
)

/** 1 where every expected text stands somewhere in its field; letter case does not count. */
export const contains: Metric = fieldMetric(
  "contains",
  (expected, actual) =>
    actual !== undefined && comparable(actual).toLowerCase().includes(comparable(expected).toLowerCase()) ? 1 : 0,
  every,
)

/** Token F1 with SQuAD's normalization, the mean over the expected fields. */
export const tokenF1: Metric = fieldMetric("f1", (expected, actual) =>
  actual === undefined ? 0 : overlapF1(squadTokens(expected), squadTokens(actual)),
)
