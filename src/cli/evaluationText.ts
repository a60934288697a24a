import { type EvaluationReport, evaluatedModes } from "../services/evaluation/EvaluationReport.ts"
import { differenceText } from "./differenceText.ts"
import { count, formatCost, formatDuration, formatShare } from "./format.ts"
import { table } from "./table.ts"

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
              formatShare(score.quality),
              `${formatShare(score.interval[0])} to ${formatShare(score.interval[1])}`,
              formatShare(score.successRate),
              formatCost(score.costUsd),
              formatDuration(score.latencyMs.p50),
              formatDuration(score.latencyMs.p95),
            ],
          ]
    }),
  ]
  return [
    `${step}: ${metric} on ${count(n, "row")}${of} (${dataset.file})`,
    ...table(lines).map((line) => `  ${line}`),
    ...(report.metricCostUsd === 0 ? [] : [`the metric's own calls: ${formatCost(report.metricCostUsd)}`]),
    ...(comparison === undefined ? [] : [differenceText(comparison)]),
    ...(recommendation === undefined ? [] : [`${recommendation.verdict}: ${recommendation.reason}`]),
    "",
  ].join("\n")
}

const headings = ["mode", "quality", "95 % interval", "answered", "cost", "p50", "p95"]
