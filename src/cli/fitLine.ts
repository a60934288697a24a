/** Cuts a line to so many columns, colours not counted, so that a terminal does not wrap it. */
export const fitLine = (line: string, columns: number): string => {
  if (width(line) <= columns) return line
  let room = Math.max(0, columns - 1)
  let fitted = ""
  let colored = false
  for (const part of line.split(colorSequence)) {
    if (part.startsWith(`${escape}[`)) {
      fitted += part
      colored = part !== reset
      continue
    }
    for (const { segment } of graphemes.segment(part)) {
      const needed = columnsOf(segment)
      if (needed > room) return `${fitted}…${colored ? reset : ""}`
      fitted += segment
      room -= needed
    }
  }
  return fitted
}

/** How many columns a line takes on a terminal. */
export const width = (line: string): number => {
  let columns = 0
  for (const part of line.split(colorSequence)) {
    if (part.startsWith(`${escape}[`)) continue
    for (const { segment } of graphemes.segment(part)) columns += columnsOf(segment)
  }
  return columns
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })

const escape = "\u001B"
const reset = `${escape}[0m`
const colorSequence = new RegExp(`(${escape}\\[\\d*m)`)

/** Two for East Asian wide characters and emoji (an approximation of UAX #11), one for the rest. */
const columnsOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : 1)

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u
