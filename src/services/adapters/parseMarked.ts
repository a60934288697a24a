import { completed, withMarkers } from "./sections.ts"

/**
 * The sections of an answer by name. A line that begins with `[[ ## name ## ]]`, with or without emphasis around it,
 * opens one; what stands before the first belongs to none, and the first of two with one name wins. The marker that
 * ends an answer opens a section like any other.
 */
export const parseMarked = (text: string): ReadonlyMap<string, string> => {
  const sections = new Map<string, string>()
  const markers = [...text.matchAll(markerLine)]
  markers.forEach((marker, at) => {
    const name = marker[1] ?? ""
    const from = marker.index + marker[0].length
    const value = text.slice(from, markers[at + 1]?.index).trim()
    if (!sections.has(name)) sections.set(name, withMarkers(value))
  })
  return sections
}

/** A text without the marker that ends an answer, and what comes after it. */
export const untilCompleted = (text: string): string => {
  const end = [...text.matchAll(markerLine)].find((marker) => marker[1] === completed)
  return withMarkers(text.slice(0, end?.index).trim())
}

// Spaces of one line only, and a bounded name: the time is linear in the text, whatever it is.
const markerLine =
  /^[^\S\r\n]*[>*#`]{0,6}[^\S\r\n]{0,4}\[\[[^\S\r\n]{0,4}##[^\S\r\n]{0,4}([^\]#\r\n]{1,200}?)[^\S\r\n]{0,4}##[^\S\r\n]{0,4}\]\][*`:]{0,4}/gm
