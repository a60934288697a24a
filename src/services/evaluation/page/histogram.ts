import { type Html, html } from "./html.ts"

/** The values of one track. */
export interface Series {
  readonly name: string
  readonly track: "traditional" | "optimized"
  readonly values: ReadonlyArray<number>
}

const width = 720
const height = 150
const left = 10
const bottom = 22
const bins = 20

/** How often values fall into twenty equal bins, the tracks beside each other. */
export const histogram = (series: ReadonlyArray<Series>, { from, to, label, caption }: Scale): Html => {
  const span = to - from || 1
  const counted = series.map(({ values, ...rest }) => ({ ...rest, counts: countBins(values, from, span) }))
  const most = Math.max(1, ...counted.flatMap(({ counts }) => counts))
  const binWidth = (width - 2 * left) / bins
  const barWidth = (binWidth - 4) / series.length
  const bar = (count: number, bin: number, position: number, track: string): Html => {
    const barHeight = (count / most) * (height - bottom - 16)
    const x = left + bin * binWidth + 2 + position * barWidth
    return html`<rect class="${track}" x="${x}" y="${height - bottom - barHeight}" width="${barWidth}" height="${barHeight}" stroke-width="0"><title>${count}</title></rect>`
  }
  return html`<figure><svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${caption}">
${counted.map(({ counts, track }, position) => counts.map((count, bin) => (count === 0 ? "" : bar(count, bin, position, track))))}
<line class="axis" x1="${left}" x2="${width - left}" y1="${height - bottom}" y2="${height - bottom}"/>
<text class="faint" x="${left}" y="${height - 6}">${label(from)}</text>
<text class="faint" x="${width - left}" y="${height - 6}" text-anchor="end">${label(from + span)}</text>
${series.map(
  ({ name, track }, position) =>
    html`<g class="${track}"><text class="label" x="${left + position * 130}" y="12">■ ${name}</text></g>`,
)}
</svg><figcaption>${caption}</figcaption></figure>`
}

export interface Scale {
  readonly from: number
  readonly to: number
  readonly label: (value: number) => string
  readonly caption: string
}

const countBins = (values: ReadonlyArray<number>, from: number, span: number): ReadonlyArray<number> => {
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((value - from) / span) * bins)))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}
