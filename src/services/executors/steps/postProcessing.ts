import type { Json } from "../../../Json.ts"
import { codeBlocks, formatMarkdown, keyPoints, links, recommendations, summaryOf } from "./extraction.ts"

/** What one kind of post-processing found in an answer. */
export interface Finding {
  /** The name under which `post_processing` asks for it. */
  readonly name: string
  /** Its key in `extracted`. */
  readonly key: string
  readonly found: Json
  /** A Markdown section that shows it; empty where there is nothing to show. */
  readonly section: string
}

/** Applies the kinds of post-processing that are known among `names`; `maxSummaryLength` in characters. */
export const postProcess = (
  text: string,
  names: ReadonlyArray<string>,
  maxSummaryLength: number,
): ReadonlyArray<Finding> =>
  names.flatMap((name) => {
    const finding = find(name, text, maxSummaryLength)
    return finding === undefined ? [] : [{ name, ...finding }]
  })

export const bulleted = (items: ReadonlyArray<string>): string => items.map((item) => `- ${item}`).join("\n")

const find = (name: string, text: string, maxSummaryLength: number): Omit<Finding, "name"> | undefined => {
  switch (name) {
    case "extract_code_blocks": {
      const blocks = codeBlocks(text)
      return {
        key: "code_blocks",
        found: blocks.map(({ language, code }) => ({ language, code })),
        section: section(
          "Code blocks",
          blocks.map(({ language, code }) => `\`\`\`${language ?? ""}\n${code}\n\`\`\``).join("\n\n"),
        ),
      }
    }
    case "extract_links":
      return list("links", "Links", links(text))
    case "extract_key_points":
      return list("key_points", "Key points", keyPoints(text))
    case "extract_recommendations":
      return list("recommendations", "Recommendations", recommendations(text))
    case "format_markdown":
      return { key: "markdown", found: formatMarkdown(text), section: "" }
    case "generate_summary": {
      const summary = summaryOf(text, maxSummaryLength)
      return { key: "summary", found: summary, section: section("Summary", summary) }
    }
    default:
      return undefined
  }
}

const list = (key: string, title: string, items: ReadonlyArray<string>): Omit<Finding, "name"> => ({
  key,
  found: items,
  section: section(title, bulleted(items)),
})

const section = (title: string, body: string): string => (body === "" ? "" : `## ${title}\n\n${body}`)
