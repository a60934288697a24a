import { quantile } from "../../../statistics/quantile.ts"
import { type EvaluatedMode, type EvaluationReport, evaluatedModes, type ModeScore } from "../EvaluationReport.ts"
import { confusionMatrix } from "./confusionMatrix.ts"
import { histogram, type Series } from "./histogram.ts"
import { type Html, html } from "./html.ts"
import { intervalPlot } from "./intervalPlot.ts"
import { worstCases } from "./worstCases.ts"

/** One step: the verdict, the numbers, the plots, and where it goes wrong. */
export const stepSection = (report: EvaluationReport): Html => {
  const { step, metric, n, dataset, modes, comparison, recommendation, rows, labels, programId, warnings } = report
  const measured = evaluatedModes.flatMap((mode) => {
    const score = modes[mode]
    return score === undefined ? [] : [{ mode, score }]
  })
  const names = measured.map(({ mode }) => mode)
  return html`<section>
<h2>${step}</h2>
<p class="faint">${metric} on ${n} of ${dataset.rows} rows of ${dataset.file}${programId === null ? "" : `, program ${programId}`}</p>
${warnings.map((warning) => html`<p class="faint">${warning}</p>`)}
${recommendation === undefined ? "" : html`<p class="verdict"><strong>${recommendation.verdict}</strong>: ${recommendation.reason}</p>`}
<div class="wide"><table>
<tr><th>mode</th><th>quality</th><th>95 % interval</th><th>answered</th><th>cost each</th><th>cost in all</th><th>latency p50</th><th>p95</th></tr>
${measured.map(({ mode, score }) => scoreRow(mode, score))}
</table></div>
${intervalPlot(
  measured.map(({ mode, score }) => ({
    name: mode,
    track: trackOf(mode),
    value: score.quality,
    interval: score.interval,
  })),
  0,
  "Quality with its 95 % interval",
)}
${
  comparison === undefined
    ? ""
    : intervalPlot(
        [{ name: "difference", track: "optimized", value: comparison.qualityDiff, interval: comparison.interval }],
        -1,
        `Optimized minus traditional in percentage points, over pairs of the same row: ${comparison.decided ? "decided" : "undecided"}, e-value ${comparison.eValue.toPrecision(3)} (20 decides)`,
      )
}
${latencyPlot(report, names)}
${(labels === undefined ? [] : names).map((mode) => html`<h3>Labels, ${mode}</h3>${confusionMatrix(rows, mode, labels ?? [])}`)}
<h3>Worst cases</h3>
${worstCases(rows, names)}
</section>`
}

const scoreRow = (mode: EvaluatedMode, score: ModeScore): Html =>
  html`<tr><td>${mode}</td><td>${percent(score.quality)}</td><td>${percent(score.interval[0])} to ${percent(score.interval[1])}</td><td>${percent(score.successRate)}</td><td>${dollars(score.costUsd)}</td><td>${dollars(score.totalCostUsd)}</td><td>${milliseconds(score.latencyMs.p50)}</td><td>${milliseconds(score.latencyMs.p95)}</td></tr>`

const latencyPlot = ({ rows }: EvaluationReport, modes: ReadonlyArray<EvaluatedMode>): Html => {
  const series = modes.map((mode) => ({
    name: mode,
    track: trackOf(mode),
    values: rows.flatMap(({ answers }) => answers[mode]?.latencyMs ?? []),
  }))
  const all = series.flatMap(({ values }) => values)
  const longest = all.reduce((a, b) => Math.max(a, b), 0)
  const to = Math.min(longest, 1.5 * quantile(all, 0.95))
  const rest = to < longest ? "; the last bars hold the slower ones" : ""
  return histogram(series, { from: 0, to, label: milliseconds, caption: `Rows by latency${rest}` })
}

const trackOf = (mode: EvaluatedMode): Series["track"] => (mode === "traditional" ? "traditional" : "optimized")

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const dollars = (costUsd: number | null): string =>
  costUsd === null
    ? "unknown"
    : costUsd === 0
      ? "$0"
      : `$${costUsd >= 0.01 ? costUsd.toFixed(2) : costUsd.toPrecision(2)}`

const milliseconds = (durationMs: number): string =>
  durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`
