/** A piece of a page; text becomes one by being escaped. */
export class Html {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

export type HtmlPart = Html | string | number | ReadonlyArray<HtmlPart>

/** Markup as written, with whatever is put into it escaped unless it is markup itself. */
export const html = (literals: TemplateStringsArray, ...parts: ReadonlyArray<HtmlPart>): Html =>
  new Html(literals.map((literal, index) => literal + sourceOf(parts[index] ?? "")).join(""))

const sourceOf = (part: HtmlPart): string => {
  if (part instanceof Html) return part.source
  return typeof part === "object" ? part.map(sourceOf).join("") : escaped(String(part))
}

/** Characters that mean something in markup, and control characters that a page may not hold. */
const escaped = (text: string): string =>
  text.replace(/[&<>"']|(?![\t\n\r])\p{Cc}/gu, (character) => entities.get(character) ?? "\uFFFD")

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
])
