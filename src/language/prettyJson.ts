import type { Json } from "../Json.ts"
import { isList, isRecord } from "./lookUp.ts"

/** A value as it stands in a prompt or an output file: a string as it is, anything else as JSON. */
export const renderValue = (value: Json): string => (typeof value === "string" ? value : prettyJson(value))

/** JSON as the original prints it: keys in alphabetical order, two spaces of indentation. */
export const prettyJson = (value: Json): string => print(value, "")

// Not JSON.stringify on a sorted object: JavaScript moves integer-like keys to the front.
const print = (value: Json, indent: string): string => {
  const inner = `${indent}  `
  if (isList(value))
    return bracketed(
      "[",
      value.map((item) => print(item, inner)),
      "]",
      indent,
    )
  if (!isRecord(value)) return scalar(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return bracketed(
    "{",
    entries.map(([key, item]) => `${scalar(key)}: ${print(item, inner)}`),
    "}",
    indent,
  )
}

const bracketed = (open: string, items: ReadonlyArray<string>, close: string, indent: string): string =>
  items.length === 0
    ? `${open}${close}`
    : `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`

/** Control characters are escaped in upper case, as the original does. */
const scalar = (value: Json): string =>
  JSON.stringify(value).replace(/\\(?:u([0-9a-f]{4})|.)/g, (escape: string, code?: string) =>
    code === undefined ? escape : `\\u${code.toUpperCase()}`,
  )
