import { type Comparison, type EvaluationReport, evaluatedModes } from "../services/evaluation/EvaluationReport.ts"
import { count, formatCost, formatDuration } from "./format.ts"

/** A report for people: a line for each mode, then the difference and what follows from it. */
export const evaluationText = (report: EvaluationReport): string => {
  const { step, metric, n, dataset, modes, comparison, recommendation } = report
  const of = n === dataset.rows ? "" : ` of ${dataset.rows}`
  const lines = [
    headings,
    ...evaluatedModes.flatMap((mode) => {
      const score = modes[mode]
      return score === undefined
        ? []
        : [
            [
              mode,
              percent(score.quality),
              `${percent(score.interval[0])} to ${percent(score.interval[1])}`,
              percent(score.successRate),
              formatCost(score.costUsd),
              formatDuration(score.latencyMs.p50),
              formatDuration(score.latencyMs.p95),
            ],
          ]
    }),
  ]
  return [
    `${step}: ${metric} on ${count(n, "row")}${of} (${dataset.file})`,
    ...table(lines),
    ...(report.metricCostUsd === 0 ? [] : [`the metric's own calls: ${formatCost(report.metricCostUsd)}`]),
    ...(comparison === undefined ? [] : [differenceText(comparison)]),
    ...(recommendation === undefined ? [] : [`${recommendation.verdict}: ${recommendation.reason}`]),
    "",
  ].join("\n")
}

const headings = ["mode", "quality", "95 % interval", "answered", "cost", "p50", "p95"]

const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(Math.max(...rows.map((other) => other[column]?.length ?? 0)))).join("  ")}`.trimEnd(),
  )

const differenceText = ({ qualityDiff, interval, eValue, decided }: Comparison): string =>
  `difference: ${points(qualityDiff)} points (95 % interval ${points(interval[0])} to ${points(interval[1])}), ` +
  `e-value ${eValue < 1000 ? eValue.toFixed(1) : eValue.toExponential(0)}: ${decided ? "decided" : "undecided"}`

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Percentage points. */
const points = (difference: number): string => `${difference < 0 ? "−" : "+"}${(100 * Math.abs(difference)).toFixed(1)}`
