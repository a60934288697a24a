import { Composer, type CST, type Document, Parser } from "yaml"
import type { Finding } from "../Finding.ts"
import { workflowLimits } from "../limits.ts"
import { quoted } from "../rawValue.ts"

/** YAML as a syntax tree, and what is wrong with it as YAML. */
export interface YamlDocument {
  readonly document: Document.Parsed | undefined
  readonly findings: ReadonlyArray<Finding>
}

/**
 * Parses YAML 1.2. The depth is checked on the token tree, because the recursive composer would
 * exhaust the stack first. Of several documents in one file the last counts.
 */
export const yamlDocument = (text: string): YamlDocument => {
  const tokens = [...new Parser().parse(text)]
  const tooDeep = tokenBeyondDepth(tokens)
  if (tooDeep !== undefined) {
    const message = `Nested more than ${workflowLimits.maxDepth} levels deep, which is the limit.`
    return { document: undefined, findings: [{ ...unplaced, message, offset: tooDeep.offset }] }
  }
  const documents = [...new Composer({ uniqueKeys: false, resolveKnownTags: false }).compose(tokens, true, text.length)]
  const document = documents.at(-1)
  return {
    document,
    findings: [
      ...documents.flatMap((each) => each.errors.map((error) => syntaxFinding(error.message, error.pos[0]))),
      ...(documents.length > 1 ? [severalDocuments(documents.length, document?.range[0] ?? 0)] : []),
      ...(document?.warnings ?? []).map((warning) => ({ ...tagIgnored(warning.message), offset: warning.pos[0] })),
    ],
  }
}

const unplaced = { path: [], severity: "error" } as const

const syntaxFinding = (message: string, offset: number): Finding => ({
  ...unplaced,
  message: `Not valid YAML: ${inWords(message)}.`,
  offset,
})

/** How the parser names the end of an open bracket's content. */
const endOfFlow = JSON.stringify("\u{18}")

/** The parser's message on one line, in other words where its own say too little. */
const inWords = (message: string): string => {
  const [line = ""] = message.split("\n")
  if (/^Missing closing .quote/.test(line)) return "a quote is opened above and never closed"
  if (line.startsWith("Tabs are not allowed")) return "a tab stands in the indentation; use spaces"
  const unclosed = /^Flow (sequence|map) .* end with a (.)/.exec(line)
  if (unclosed !== null) {
    const [opened, kind] = unclosed[1] === "map" ? ["{", "map"] : ["[", "list"]
    return `the ${kind} opened with '${opened}' above is not closed with '${unclosed[2]}', or its lines are not indented`
  }
  const unexpected = /^Unexpected \S+ token in YAML stream: (".*")$/.exec(line)?.[1]
  if (unexpected === endOfFlow) return "a bracket opened above is never closed"
  if (unexpected !== undefined) return `${quoted(unexpected.slice(1, -1))} is not expected here`
  return line.replace(/[.:]$/, "")
}

const severalDocuments = (count: number, offset: number): Finding => ({
  path: [],
  severity: "warning",
  message: `The file holds ${count} YAML documents; only the last is read. Remove the others, or the '---' between them.`,
  offset,
})

const tagIgnored = (message: string): Finding => ({
  path: [],
  severity: "warning",
  message: `${message}; it is ignored.`,
})

const tokenBeyondDepth = (tokens: ReadonlyArray<CST.Token>): CST.Token | undefined => {
  const waiting = tokens.map((token) => ({ token, depth: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next
    if (depth > workflowLimits.maxDepth) return token
    if (token.type === "document" && token.value !== undefined) waiting.push({ token: token.value, depth })
    if (!("items" in token)) continue
    for (const { key, value } of token.items) {
      if (key) waiting.push({ token: key, depth: depth + 1 })
      if (value) waiting.push({ token: value, depth: depth + 1 })
    }
  }
  return undefined
}
