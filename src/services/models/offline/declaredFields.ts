/** A field as a system message lists it: `` 1. `name` (type): description `` under a heading that says input or output. */
export interface DeclaredField {
  readonly direction: "input" | "output"
  readonly name: string
  readonly typeName: string
  readonly description: string
}

export const declaredFields = (text: string): ReadonlyArray<DeclaredField> => {
  const declared: Array<DeclaredField> = []
  let direction: DeclaredField["direction"] | undefined
  for (const line of text.split(/\r\n|[\r\n]/)) {
    const heading = headingLine.exec(line)?.[1]?.toLowerCase()
    const item = listedField(line)
    if (heading !== undefined && item === undefined) direction = heading.startsWith("input") ? "input" : "output"
    else if (item !== undefined && direction !== undefined) declared.push({ direction, ...item })
  }
  return declared
}

/** The field that one line of a list names, its type in parentheses and its description after a colon. */
export const listedField = (line: string): Omit<DeclaredField, "direction"> | undefined => {
  const item = itemLine.exec(line)
  if (item === null) return undefined
  const rest = item[2] ?? ""
  const end = rest.startsWith("(") ? closingParenthesis(rest) : 0
  return {
    name: item[1] ?? "",
    typeName: rest.slice(1, Math.max(1, end)).trim(),
    description: rest
      .slice(end === 0 ? 0 : end + 1)
      .replace(/^\s*:\s*/, "")
      .trim(),
  }
}

// A parenthesis inside quotes closes nothing: labels may hold one.
const closingParenthesis = (text: string): number => {
  let depth = 0
  let quote = ""
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (quote !== "") quote = char === quote ? "" : quote
    else if (char === "'" || char === '"') quote = char
    else if (char === "(") depth++
    else if (char === ")" && --depth === 0) return at
  }
  return text.indexOf(")")
}

const headingLine = /\b(inputs?|outputs?)\b[^:\n]{0,60}:?\s*$/i
const itemLine = /^\s*(?:\d+[.)]|[-*•])\s+[`"*]*([A-Za-z_][\w.-]*)[`"*]*\s*([(:].*)$/
