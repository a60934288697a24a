import type { Arm } from "../../Arm.ts"
import type { TrackTotals } from "../../Experiment.ts"
import type { Observation } from "../../Observation.ts"
import type { RunEvent } from "../../RunEvent.ts"
import { addToSketch, emptySketch } from "../../statistics/latencySketch.ts"
import type { ComparisonTotals, StepTotals, Sum } from "../../StepMetrics.ts"
import type { Usage } from "../../Usage.ts"
import { noTrackTotals } from "../noTrackTotals.ts"
import { noTotals } from "./mergeTotals.ts"

/** An event that metrics count. */
export type CountedEvent = Extract<
  RunEvent,
  { readonly _tag: "StepCompleted" | "StepFailed" | "TracksCompared" | "StepFellBack" }
>

/** What one event adds to the metrics of its step. */
export const totalsOf = (event: CountedEvent): StepTotals => {
  switch (event._tag) {
    case "StepCompleted":
      return { ...ofObservation(event.observation), ends: endOf(event.usage, true) }
    case "StepFailed":
      return { ...ofObservation(event.observation), ends: endOf(event.usage, false) }
    case "TracksCompared":
      return { ...noTotals, comparisons: comparisonOf(event) }
    case "StepFellBack": {
      const { cause, strategy } = event
      const fallbacks = { n: 1, causes: new Map([[cause.reason, 1]]), strategies: new Map([[strategy, 1]]) }
      return { ...noTotals, fallbacks }
    }
  }
}

export const isCounted = (event: RunEvent): event is CountedEvent =>
  event._tag === "StepCompleted" ||
  event._tag === "StepFailed" ||
  event._tag === "TracksCompared" ||
  event._tag === "StepFellBack"

const endOf = ({ costUsd }: Usage, completed: boolean): StepTotals["ends"] => ({
  n: 1,
  completed: completed ? 1 : 0,
  ...priced(costUsd),
})

const priced = (costUsd: number | null) => ({ priced: costUsd === null ? 0 : 1, costUsd: costUsd ?? 0 })

/** A comparison's arms are counted at the end of its step, like all others. */
const ofObservation = (observation: Observation | undefined): StepTotals => ({
  ...noTotals,
  tracks: { traditional: trackOf(observation?.traditional), optimized: trackOf(observation?.optimized) },
  unreached: isUnreached(observation?.optimized) ? 1 : 0,
})

const trackOf = (arm: Arm | undefined): TrackTotals => {
  if (arm === undefined || isUnreached(arm)) return noTrackTotals
  const { answered, quality, usage, latencyMs } = arm
  return {
    n: 1,
    answered: answered ? 1 : 0,
    judged: quality === undefined ? 0 : 1,
    quality: quality ?? 0,
    ...priced(usage.costUsd),
    tokens: tokensIn(usage),
    latencyMs: addToSketch(emptySketch, latencyMs),
  }
}

/** A try takes time or uses something up, even one that ends in `dspy_unavailable`. */
const isUnreached = (arm: Arm | undefined): boolean =>
  arm?.failure?.reason === "dspy_unavailable" && arm.latencyMs === 0 && tokensIn(arm.usage) === 0

const tokensIn = ({ tokens }: Usage): number => tokens.input + tokens.output

const comparisonOf = ({
  traditional,
  optimized,
  winner,
}: Extract<RunEvent, { readonly _tag: "TracksCompared" }>): ComparisonTotals => {
  const said = traditional.invalid !== true && optimized.invalid !== true
  const judged = traditional.quality !== undefined || optimized.quality !== undefined
  const difference = (valueOf: (arm: Arm) => number | null): Sum =>
    said ? sumOf(valueOf(optimized), valueOf(traditional)) : sumOf(null, null)
  return {
    n: 1,
    winners: { ...noTotals.comparisons.winners, [winner ?? "none"]: 1 },
    quality: difference(({ answered, quality }) => (judged ? (quality ?? (answered ? null : 0)) : null)),
    costUsd: difference(({ usage }) => usage.costUsd),
    latencyMs: difference(({ latencyMs }) => latencyMs),
    success: difference(({ answered }) => (answered ? 1 : 0)),
  }
}

const sumOf = (optimized: number | null, traditional: number | null): Sum =>
  optimized === null || traditional === null ? { n: 0, sum: 0 } : { n: 1, sum: optimized - traditional }
