import { bareItem, isShort, listItems, namesOnly, oneOfLabels, quotedItems } from "./labelLists.ts"
import type { Label } from "./PromptReading.ts"
import { proseSegments } from "./proseSegments.ts"

/** The labels that a person's prompt lists, and the characters in which it lists them. */
export interface ProseLabels {
  readonly labels: ReadonlyArray<Label>
  readonly from: number
  readonly to: number
}

/**
 * Finds bullets under a line that speaks of categories, labels, intents, …; or such a line with the list after its
 * colon; or "one of …"; or a run of quoted names in one sentence. Lines of a `Message: …` kind are not searched.
 */
export const proseLabels = (text: string): ProseLabels | undefined => {
  const lines = linesOf(text)
  const texts = new Set(proseSegments(text).flatMap(({ key, from }) => (labelCue.test(key) ? [] : [from])))
  for (const [at, line] of lines.entries()) {
    const found = texts.has(line.from) ? undefined : (bulletLabels(lines, at) ?? inlineLabels(line.text))
    if (found === undefined) continue
    const last = lines[at + found.rows] ?? line
    return { labels: found.labels, from: line.from, to: last.from + (found.length ?? last.text.length) }
  }
  return undefined
}

interface Line {
  readonly text: string
  readonly from: number
}

interface Found {
  readonly labels: ReadonlyArray<Label>
  /** How many lines after the cue belong to the list. */
  readonly rows: number
  /** How much of the line is the listing, when a text follows it. */
  readonly length?: number
}

const linesOf = (text: string): ReadonlyArray<Line> => {
  let from = 0
  return text.split("\n").map((line) => {
    const start = from
    from += line.length + 1
    return { text: line, from: start }
  })
}

const bulletLabels = (lines: ReadonlyArray<Line>, at: number): Found | undefined => {
  const cue = lines[at]?.text ?? ""
  if (!/:\s*\**$/.test(cue) || !labelCue.test(cue) || fieldCue.test(cue)) return undefined
  const first = lines[at + 1]?.text.trim() === "" ? at + 2 : at + 1
  const labels: Array<Label> = []
  for (let row = first; ; row++) {
    const bullet = bulletLine.exec(lines[row]?.text ?? "")?.[1]
    const label = bullet === undefined ? undefined : describedLabel(bullet)
    if (label === undefined) return labels.length >= 2 ? { labels, rows: row - 1 - at } : undefined
    labels.push(label)
  }
}

const describedLabel = (bullet: string): Label | undefined => {
  const [name = "", ...rest] = bullet.replace(/\s+/g, " ").split(/ [-–—=]+ |: | (?=\()/)
  return isShort(bareItem(name)) ? { name: bareItem(name), description: rest.join(" ") } : undefined
}

const inlineLabels = (line: string): Found | undefined => {
  if (/["'`]\s*:|[{}]/.test(line)) return undefined
  const before = listBeforeColon.exec(line.slice(0, maxHead))
  const early = before === null ? [] : listItems(before[1] ?? "")
  if (before !== null && early.length >= 2) return { labels: namesOnly(early), rows: 0, length: before[0].length }
  const listed = listItems((cuedList.exec(line) ?? askedList.exec(line))?.[1] ?? "")
  const oneOf = listed.length > 0 ? namesOnly(listed) : oneOfLabels(line)
  const labels = oneOf.length > 0 ? oneOf : namesOnly(quotedRun(line))
  return labels.length >= 2 ? { labels, rows: 0 } : undefined
}

const quotedRun = (line: string): ReadonlyArray<string> => {
  const run = /(["'`“‘])[^"'`“”‘’\n]{1,60}["'`”’](?:\s*(?:,|;|\/|\||or|and)+\s*["'`“‘][^"'`“”‘’\n]{1,60}["'`”’])+/.exec(
    line,
  )?.[0]
  return run === undefined ? [] : quotedItems(run.replace(/["'`](?=[,;/|])/g, "$& ")).filter(isShort)
}

const labelCue =
  /\b(categor(?:y|ies)|labels?|class(?:es)?|classif\w+|intents?|options?|choices?|choose|pick|select|tags?|topics?|sentiments?|one of|either|into|assign)\b/i
const fieldCue = /\bJSON\b|\bfields?\b|\bkeys?\b/i
const bulletLine = /^\s*(?:[-*•+]|\d+[.)]|[a-z]\))\s+(\S.*)$/
// Bounds the work on a line that repeats the cue.
const maxHead = 2000
const listBeforeColon = /^[^:]*?\b(?:one of|into|as|between|either)\b(?: either| one of)? ([^:]+):(?=\s+\S)/i
const askedList =
  /\b(?:which|what)(?: of)?(?: the| these| those)?(?: \w+){0,2}? (?:category|label|class|intent|option|choice|tag|topic|type|sentiment)\b[^:\n.]{0,60}:[ \t]*(\S.*)$/i
const cuedList =
  /\b(?:categories|labels|classes|intents|options|choices|tags|topics|types|values|sentiments|answers|into|as|between|either|following)\b[^:\n.]{0,40}:[ \t]*(\S.*)$/i
