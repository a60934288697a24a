import * as Effect from "effect/Effect"
import { addUsage, noUsage, type Usage } from "../../Usage.ts"
import type { Metric } from "../metrics/Metric.ts"
import { CallMeter, type Meter } from "../models/CallMeter.ts"

/** A metric whose own model calls are counted, and what they came to so far. */
export const meteredMetric = (metric: Metric): { readonly metric: Metric; readonly usage: () => Usage } => {
  let usage = noUsage
  const count = (spent: Usage) =>
    Effect.sync(() => {
      usage = addUsage(usage, spent)
    })
  const meter: Meter = (_request, call) =>
    call.pipe(
      Effect.tap((answer) => count(answer.usage)),
      Effect.tapError((error) => count(error.usage ?? noUsage)),
    )
  return {
    metric: { ...metric, score: (judged) => Effect.provideService(metric.score(judged), CallMeter, meter) },
    usage: () => usage,
  }
}
