import type { Json } from "../../Json.ts"
import { fieldMetric } from "./fieldMetric.ts"
import type { Metric } from "./Metric.ts"

/**
 * 1 where the number lies within `tolerance` of the expected one, relative to it (absolute below 1); the mean over the
 * expected fields. Of a text, its last number counts, as answers end with their result.
 */
export const numeric = (tolerance: number): Metric =>
  fieldMetric("numeric", (expected, actual) => {
    const [wanted, found] = [numberOf(expected), actual === undefined ? undefined : numberOf(actual)]
    if (wanted === undefined || found === undefined) return 0
    return Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted)) ? 1 : 0
  })

/** What floating point may lose. */
export const defaultTolerance = 1e-6

const numberOf = (value: Json): number | undefined => {
  if (typeof value === "number") return value
  if (typeof value !== "string") return undefined
  const last = value
    .replace(/[−–](?=\d)/g, "-")
    .match(/(?<![\w.])-?[$€£¥]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?|(?<![\w.])-?\.\d+/gi)
    ?.at(-1)
  return last === undefined ? undefined : Number(last.replace(/[$€£¥,]/g, ""))
}
