import type { Interval } from "../../../statistics/intervals.ts"
import { type Html, html } from "./html.ts"

/** A value with its interval, in the colours of a track. */
export interface PlottedInterval {
  readonly name: string
  readonly track: "traditional" | "optimized"
  readonly value: number
  readonly interval: Interval
}

const width = 720
const left = 130
const right = 70
const rowHeight = 34

/** Dots with whiskers over one scale, from −1 or 0 to 1. */
export const intervalPlot = (items: ReadonlyArray<PlottedInterval>, from: -1 | 0, caption: string): Html => {
  const at = (value: number) => left + ((value - from) / (1 - from)) * (width - left - right)
  const height = items.length * rowHeight + 26
  const ticks = from === 0 ? [0, 0.25, 0.5, 0.75, 1] : [-1, -0.5, 0, 0.5, 1]
  return html`<figure><svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${caption}">
${ticks.map(
  (tick) => html`<line class="axis" x1="${at(tick)}" x2="${at(tick)}" y1="4" y2="${height - 20}"/>
<text class="faint" x="${at(tick)}" y="${height - 6}" text-anchor="middle">${labelOf(tick, from)}</text>`,
)}
${items.map((item, index) => whisker(item, at, 18 + index * rowHeight, from))}
</svg><figcaption>${caption}</figcaption></figure>`
}

const whisker = (
  { name, track, value, interval: [low, high] }: PlottedInterval,
  at: (value: number) => number,
  y: number,
  from: -1 | 0,
): Html => html`<text x="0" y="${y + 4}">${name}</text>
<g class="${track}"><line x1="${at(low)}" x2="${at(high)}" y1="${y}" y2="${y}" stroke-width="3"/>
<circle cx="${at(value)}" cy="${y}" r="6"/></g>
<text x="${width - right + 12}" y="${y + 4}">${labelOf(value, from)}</text>`

const labelOf = (value: number, from: -1 | 0): string =>
  from === 0
    ? `${(100 * value).toFixed(0)} %`
    : `${value > 0 ? "+" : value < 0 ? "−" : ""}${(100 * Math.abs(value)).toFixed(0)}`
