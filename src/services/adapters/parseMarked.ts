import { completed, withMarkers } from "./sections.ts"

/**
 * The sections of an answer by name. A line that begins with `[[ ## name ## ]]`, with or without emphasis around it,
 * opens one; what stands before the first belongs to none, and the first of two with one name wins.
 */
export const parseMarked = (text: string): ReadonlyMap<string, string> => {
  const sections = new Map<string, string>()
  let name: string | undefined
  let lines: Array<string> = []
  const close = (): void => {
    if (name !== undefined && !sections.has(name)) sections.set(name, withMarkers(lines.join("\n").trim()))
  }
  for (const line of text.split(/\r\n|[\r\n]/)) {
    const match = markerLine.exec(line)
    if (match === null) {
      lines.push(line)
      continue
    }
    close()
    name = match[1]
    lines = [match[2] ?? ""]
  }
  close()
  sections.delete(completed)
  return sections
}

/** A text without the marker that ends an answer, and what comes after it. */
export const untilCompleted = (text: string): string => withMarkers(text.split(endMarker, 1)[0] ?? "").trim()

const markerLine = /^[\s>*#`]*\[\[\s*##\s*([^\]#]*?)\s*##\s*\]\][*`:]*(.*)$/
const endMarker = /^[\s>*#`]*\[\[\s*##\s*completed\s*##\s*\]\]/m
