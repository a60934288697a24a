import type { Demo } from "./PromptReading.ts"
import { proseSegments, type Segment, withoutClosingInstruction } from "./proseSegments.ts"

/** The examples inside a prompt and, where it has the examples' form, the case to answer. */
export interface ProseExamples {
  readonly demos: ReadonlyArray<Demo>
  readonly query?: ReadonlyMap<string, string>
  /** Where the examples start in the text. */
  readonly from: number
}

/**
 * Examples as repeated `Key: value` groups ("Message: … / Intent: …"), where the keys that the last group lacks are the
 * outputs, or as lines with an arrow ("text → label"). With `closed`, a text whose groups are all complete holds
 * examples only, and the last key of a group is its output.
 */
export const proseExamples = (text: string, closed = false): ProseExamples | undefined =>
  keyedExamples(text, closed) ?? arrowExamples(text)

const keyedExamples = (text: string, closed: boolean): ProseExamples | undefined => {
  const all = proseSegments(text)
  const segments = all.filter(({ value }, at) => value !== "" || at === all.length - 1)
  const first = segments.find(({ key }) => segments.filter((other) => other.key === key).length > 1)
  if (first === undefined) return undefined
  const groups = grouped(segments, first.key)
  const open = groups.at(-1) ?? new Map()
  const outputs = new Set(groups.slice(0, -1).flatMap((group) => [...group.keys()].filter((key) => !open.get(key))))
  if (outputs.size > 0 && !outputs.has(first.key)) {
    return {
      demos: groups.slice(0, -1).map((group) => demo(group, outputs)),
      query: queryOf(open, outputs),
      from: first.from,
    }
  }
  const last = [...open.keys()].at(-1)
  if (!closed || last === undefined || open.size < 2) return undefined
  return { demos: groups.map((group) => demo(group, new Set([last]))), from: first.from }
}

type Group = ReadonlyMap<string, string>

const grouped = (segments: ReadonlyArray<Segment>, firstKey: string): ReadonlyArray<Group> => {
  const groups: Array<Map<string, string>> = []
  for (const { key, value } of segments) {
    if (key === firstKey) groups.push(new Map())
    const group = groups.at(-1)
    if (group !== undefined && !group.has(key)) group.set(key, value)
  }
  return groups
}

// An output ends at a blank line: what follows introduces the next example.
const demo = (group: Group, outputs: ReadonlySet<string>): Demo => ({
  inputs: new Map([...group].filter(([key]) => !outputs.has(key))),
  outputs: new Map([...group].filter(([key]) => outputs.has(key)).map(([key, value]) => [key, firstParagraph(value)])),
})

const queryOf = (group: Group, outputs: ReadonlySet<string>): Group =>
  new Map(
    [...group].filter(([key]) => !outputs.has(key)).map(([key, value]) => [key, withoutClosingInstruction(value)]),
  )

const firstParagraph = (value: string): string => unquoted((value.split(/\n\s*\n/)[0] ?? "").trim())

const arrowExamples = (text: string): ProseExamples | undefined => {
  const lines = arrowLines(text)
  const answered = lines.filter(({ output }) => output !== "")
  const last = answered.at(-1)
  if (lines[0] === undefined || last === undefined) return undefined
  const demos = answered.map(
    ({ input, output }): Demo => ({
      inputs: new Map([["text", unquoted(input)]]),
      outputs: new Map([["answer", unquoted(output)]]),
    }),
  )
  const open = lines.findLast(({ output }) => output === "")
  const query = open === undefined ? restOf(text.slice(last.to)) : unquoted(open.input)
  return { demos, from: lines[0].from, ...(query === "" ? {} : { query: new Map([["text", query]]) }) }
}

const arrowLines = (text: string) =>
  [...text.matchAll(/^(.*?)(?:->|=>|→|⇒|⟶)(.*)$/gmu)]
    .map((match) => ({
      input: (match[1] ?? "")
        .trim()
        .replace(/^(?:[-*•]|\d+[.)])[ \t]+/, "")
        .replace(/^\p{L}+:[ \t]+/u, ""),
      output: (match[2] ?? "").trim(),
      from: match.index,
      to: match.index + match[0].length,
    }))
    .filter(({ input }) => input !== "")

const restOf = (rest: string): string =>
  proseSegments(rest).find(({ value }) => value !== "")?.value ?? withoutClosingInstruction(rest.trim())

const unquoted = (text: string): string => text.replace(/^["'`“‘](.*)["'`”’]$/s, "$1")
