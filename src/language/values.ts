import type { Json } from "../Json.ts"
import { isList, isRecord } from "./lookUp.ts"

/** As in the original: `null`, `false`, `""`, `[]` and `{}` are false, everything else (0 too) is true. */
export const isTruthy = (value: Json): boolean => {
  if (isList(value)) return value.length > 0
  if (isRecord(value)) return Object.keys(value).length > 0
  return value !== null && value !== false && value !== ""
}

/** The number of items, characters or keys; 0 for anything else. */
export const lengthOf = (value: Json): number => {
  if (typeof value === "string") return [...value].length
  if (isList(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : 0
}

export const isEqual = (a: Json, b: Json): boolean => {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index] ?? null))
  if (!isRecord(a)) return a === b
  if (!isRecord(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key] ?? null, b[key] ?? null))
  )
}

/** Lists contain items, texts contain texts; nothing else contains anything. */
export const isContained = (needle: Json, haystack: Json): boolean => {
  if (isList(haystack)) return haystack.some((item) => isEqual(item, needle))
  return typeof haystack === "string" && typeof needle === "string" && haystack.includes(needle)
}

/** Orders numbers, texts, and points in time (ISO 8601 against seconds); `undefined` for what has no order. */
export const compare = (a: Json, b: Json): number | undefined => {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0
  const left = typeof a === "string" ? secondsOf(a) : a
  const right = typeof b === "string" ? secondsOf(b) : b
  return typeof left === "number" && typeof right === "number" ? left - right : undefined
}

/** Bounds included; false where one of the three has no order. */
export const isBetween = (value: Json, low: Json, high: Json): boolean =>
  (compare(value, low) ?? -1) >= 0 && (compare(value, high) ?? 1) <= 0

/** A number, a text that is one, or a point in time as seconds since 1970. */
export const numberOf = (value: Json): number | undefined => {
  if (typeof value === "number") return value
  if (typeof value !== "string") return undefined
  return /^\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/.test(value) ? Number(value) : secondsOf(value)
}

/** Fifteen digits, so that 0.1 + 0.2 is 0.3; what is no number at all is `null`. */
export const tidy = (value: number): Json => (Number.isFinite(value) ? Number(value.toPrecision(15)) : null)

const secondsOf = (text: string): number | undefined => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1_000
}
