import { renderMermaidSVG } from "beautiful-mermaid"

/** Draws a Mermaid text as SVG that fetches nothing: the renderer's web font is left out. */
export const svgOf = (mermaidText: string): string =>
  renderMermaidSVG(mermaidText).replaceAll(/^\s*@import url\([^)]*\);?\n/gm, "")
