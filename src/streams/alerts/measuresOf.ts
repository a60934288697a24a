import type { AlertLimits } from "../../AlertLimits.ts"
import type { Track } from "../../ExecutionMode.ts"
import type { MetricsSpan, StepMetricsReport } from "../../StepMetricsReport.ts"

export type MeasureName = Track | "cost"

/** Something of a step that has a limit. */
export interface Measure {
  readonly name: MeasureName
  readonly alert: "error_rate" | "cost"
  /** How large it is, where 1 is the limit; null while the last hour says nothing. */
  readonly level: number | null
  /** Outcomes that the level rests on. */
  readonly n: number
  /** What to say above the limit. */
  readonly message: string
}

/** What is watched of a step: how often each track does not answer, and what the step costs. */
export const measuresOf = (report: StepMetricsReport, limits: AlertLimits): ReadonlyArray<Measure> => [
  errorRate("traditional", report, limits),
  errorRate("optimized", report, limits),
  cost(report, limits),
]

const errorRate = (track: Track, { window }: StepMetricsReport, { errorRate: limit }: AlertLimits): Measure => {
  const { n, answered, successRate } = window.tracks[track]
  const rate = successRate === null ? null : (n - answered) / n
  return {
    name: track,
    alert: "error_rate",
    level: rate === null ? null : rate / limit,
    n,
    message:
      `the ${track} track gave no answer in ${n - answered} of ${n} tries since ${window.since}: ` +
      `${percent(rate ?? 0)}, where ${percent(limit)} are allowed (alerts.errorRate)`,
  }
}

/** Whichever of the two limits of cost is further exceeded. */
const cost = ({ window, lifetime }: StepMetricsReport, limits: AlertLimits): Measure => {
  const sides = [besideLifetime(window, lifetime, limits), besideLimit(window, limits)]
  const [largest] = sides.flatMap((side) => (side === null ? [] : [side])).toSorted((a, b) => b.level - a.level)
  return {
    name: "cost",
    alert: "cost",
    level: largest?.level ?? null,
    n: window.priced,
    message:
      `the step cost ${usd(window.costUsd ?? 0)} on average in ${window.priced} tries since ${window.since}: ` +
      `${largest?.text ?? "which is allowed"}`,
  }
}

interface Side {
  readonly level: number
  readonly text: string
}

const besideLifetime = (window: MetricsSpan, lifetime: MetricsSpan, { costRatio }: AlertLimits): Side | null => {
  if (window.costUsd === null || lifetime.costUsd === null || lifetime.costUsd <= 0) return null
  const ratio = window.costUsd / lifetime.costUsd
  return {
    level: ratio / costRatio,
    text: `${ratio.toFixed(1)} times its mean so far, where ${costRatio} times are allowed (alerts.costRatio)`,
  }
}

const besideLimit = ({ costUsd }: MetricsSpan, { costUsd: limit }: AlertLimits): Side | null =>
  costUsd === null || limit === undefined
    ? null
    : { level: costUsd / limit, text: `${usd(limit)} are allowed (alerts.costUsd)` }

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`

const usd = (amount: number): string => `${Number(amount.toPrecision(3))} USD`
