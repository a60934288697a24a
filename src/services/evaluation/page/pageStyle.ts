import { Html } from "./html.ts"

/** Follows the reader's choice of light or dark; the two tracks keep their colours throughout. */
export const pageStyle = new Html(`<style>
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #14171c);
  --panel: light-dark(#f5f6f8, #1d222a);
  --text: light-dark(#1b1f24, #e3e7ec);
  --faint: light-dark(#5b6470, #98a2af);
  --line: light-dark(#d9dee4, #343c48);
  --traditional: light-dark(#8a5a00, #e0a84c);
  --optimized: light-dark(#0b63a5, #64b5f6);
  --bad: light-dark(#b3261e, #f2857e);
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.5rem 4rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .25rem }
h2 { font-size: 1.3rem; margin: 3rem 0 .25rem; padding-top: 1.5rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 2rem 0 .5rem }
p { margin: .25rem 0 }
.faint, figcaption { color: var(--faint) }
.verdict { background: var(--panel); border-left: 4px solid var(--optimized); padding: .75rem 1rem; margin: 1rem 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .35rem .75rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap }
th { color: var(--faint); font-weight: 600 }
th:first-child, td:first-child, .cases th, .cases td { text-align: left }
.cases { width: 100%; table-layout: fixed }
.cases td { white-space: pre-wrap; overflow-wrap: anywhere }
.cases th:first-child { width: 5rem }
.matrix td { text-align: center; min-width: 2.5rem; padding: .35rem .4rem }
.matrix th { font-size: .85em }
.matrix tr:first-child th:not(:first-child) { writing-mode: sideways-lr; text-align: left; vertical-align: bottom }
.matrix td.right { outline: 2px solid var(--line); outline-offset: -2px }
.score { color: var(--faint); font-size: .9em }
.wrong { color: var(--bad) }
figure { margin: 1rem 0 }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: var(--text) }
svg .axis { stroke: var(--line) }
svg .faint { fill: var(--faint) }
svg .traditional { fill: var(--traditional); stroke: var(--traditional) }
svg .optimized { fill: var(--optimized); stroke: var(--optimized) }
svg .label { stroke: none }
</style>`)
