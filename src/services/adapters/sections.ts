import type { Json } from "../../Json.ts"

/** A section of a prompt or answer: a marker line, then the value. A value cannot open a section of its own. */
export const section = (name: string, text: string): string => `${marker(name)}\n${withoutMarkers(text)}`

/** The line that opens a section. */
export const marker = (name: string): string => `[[ ## ${name} ## ]]`

/** The name under which an answer ends. */
export const completed = "completed"

/** A value as it stands in a prompt: strings as they are, anything else as JSON. */
export const valueText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value))

/** Puts a backslash between the brackets of whatever could be taken for a marker; `withMarkers` takes it out. */
export const withoutMarkers = (text: string): string => text.replace(/\[(\\*)\[(?=\s*##)/g, "[\\$1[")

/** Undoes `withoutMarkers`. */
export const withMarkers = (text: string): string => text.replace(/\[\\(\\*)\[(?=\s*##)/g, "[$1[")
