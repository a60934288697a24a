import type { EvaluatedMode, EvaluatedRow } from "../EvaluationReport.ts"
import { type Html, html } from "./html.ts"

/** A column of its own for whatever is no label. */
const noLabel = "(none)"

/** Expected labels down, answered labels across, for a step whose only output is an enum; right answers on the diagonal. */
export const confusionMatrix = (
  rows: ReadonlyArray<EvaluatedRow>,
  mode: EvaluatedMode,
  labels: ReadonlyArray<string>,
): Html => {
  const counts = new Map<string, number>()
  for (const { expected, answers } of rows) {
    const [wanted] = Object.entries(expected)
    if (wanted === undefined) continue
    const answered = answers[mode]?.outputs?.[wanted[0]]
    const label = typeof answered === "string" && labels.includes(answered) ? answered : noLabel
    const key = keyOf(String(wanted[1]), label)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const countOf = (expected: string, answered: string) => counts.get(keyOf(expected, answered)) ?? 0
  const seen = labels.filter(
    (label) =>
      labels.some((other) => countOf(label, other) > 0 || countOf(other, label) > 0) || countOf(label, noLabel) > 0,
  )
  const columns = [...seen, noLabel]
  const cell = (expected: string, answered: string): Html => {
    const count = countOf(expected, answered)
    const total = columns.reduce((sum, column) => sum + countOf(expected, column), 0)
    const share = total === 0 ? 0 : Math.round((100 * count) / total)
    const color = expected === answered ? "var(--optimized)" : "var(--bad)"
    return html`<td class="${expected === answered ? "right" : "other"}" style="background: color-mix(in srgb, ${color} ${Math.round(share * 0.7)}%, transparent)">${count === 0 ? "" : count}</td>`
  }
  return html`<div class="wide"><table class="matrix">
<tr><th>expected ↓ answered →</th>${columns.map((column) => html`<th>${column}</th>`)}</tr>
${seen.map((expected) => html`<tr><th>${expected}</th>${columns.map((answered) => cell(expected, answered))}</tr>`)}
</table></div>`
}

const keyOf = (expected: string, answered: string): string => JSON.stringify([expected, answered])
