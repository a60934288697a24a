import type { Usage } from "../../Usage.ts"
import type { Metric } from "../metrics/Metric.ts"
import { usageMeter } from "../models/usageMeter.ts"

/** A metric whose own model calls are counted, and what they came to so far. */
export const meteredMetric = (metric: Metric): { readonly metric: Metric; readonly usage: () => Usage } => {
  const { counted, usage } = usageMeter()
  return { metric: { ...metric, score: (judged) => counted(metric.score(judged)) }, usage }
}
