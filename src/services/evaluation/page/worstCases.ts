import type { JsonObject } from "../../../Json.ts"
import { renderValue } from "../../../language/prettyJson.ts"
import { type EvaluatedAnswer, type EvaluatedMode, type EvaluatedRow, evaluatedModes } from "../EvaluationReport.ts"
import { type Html, html } from "./html.ts"

const shownRows = 25
const shownCharacters = 1200

/** The rows with the lowest scores over all modes: what came in, what was expected, what each mode answered. */
export const worstCases = (rows: ReadonlyArray<EvaluatedRow>, modes: ReadonlyArray<EvaluatedMode>): Html => {
  const wrong = rows.filter((row) => total(row) < modes.length).toSorted((a, b) => total(a) - total(b))
  if (wrong.length === 0) return html`<p>Every answer is right.</p>`
  const shown = wrong.slice(0, shownRows)
  return html`<p class="faint">${shown.length} of ${wrong.length} rows that are not fully right, the worst first</p>
<table class="cases">
<tr><th>line</th><th>inputs</th><th>expected</th>${modes.map((mode) => html`<th>${mode}</th>`)}</tr>
${shown.map(
  (row) =>
    html`<tr><td>${row.line}</td><td>${fieldsText(row.inputs)}</td><td>${fieldsText(row.expected)}</td>${modes.map((mode) => html`<td>${answerCell(row.answers[mode])}</td>`)}</tr>`,
)}
</table>`
}

const total = ({ answers }: EvaluatedRow): number =>
  evaluatedModes.reduce((sum, mode) => sum + (answers[mode]?.score ?? 0), 0)

const answerCell = (answer: EvaluatedAnswer | undefined): Html => {
  if (answer === undefined) return html``
  const score = html`<span class="score">score ${answer.score.toFixed(2)}</span>`
  if (answer.failure !== undefined) {
    return html`<span class="wrong">${answer.failure.reason}</span>: ${cut(answer.failure.message)}\n${score}`
  }
  const outputs = fieldsText(answer.outputs ?? {})
  return html`${outputs === "" ? cut(answer.text) : outputs}\n${score}`
}

/** One field by itself without its name. */
const fieldsText = (fields: JsonObject): string => {
  const entries = Object.entries(fields)
  const [only, ...others] = entries
  if (only !== undefined && others.length === 0) return cut(renderValue(only[1]))
  return cut(entries.map(([name, value]) => `${name}: ${renderValue(value)}`).join("\n"))
}

const cut = (text: string): string => (text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text)
