/** A map as it came out of YAML, nothing about it known yet. */
export type RawMap = { readonly [key: string]: unknown }

export const isMap = (value: unknown): value is RawMap =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** A key left out and a key left empty are the same. */
export const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined

/** The value under a key of its own, never an inherited one. */
export const valueOf = (value: unknown, key: string): unknown =>
  isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** The list under a key; empty where there is none. */
export const listOf = (value: unknown, key: string): ReadonlyArray<unknown> => {
  const list = valueOf(value, key)
  return isList(list) ? list : []
}

/** Scalars as they are written, everything else as JSON. */
export const textOf = (value: unknown): string => {
  if (typeof value === "string") return value
  if (isAbsent(value)) return ""
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** A value in quotes, cut short where it is long, for messages. */
export const quoted = (value: unknown): string => {
  const text = textOf(value)
  return `'${text.length > 60 ? `${text.slice(0, 57)}…` : text}'`
}

/** What something is, for messages: `a list`, `the number 3`, `empty`. */
export const kindOf = (value: unknown): string => {
  if (isAbsent(value)) return "empty"
  if (isList(value)) return "a list"
  if (isMap(value)) return "a map"
  if (typeof value === "string") return `the text ${quoted(value)}`
  return `the ${typeof value} ${textOf(value)}`
}
