import type { Json, JsonObject } from "../../Json.ts"
import { isList, isRecord } from "../../language/lookUp.ts"
import { repairJson } from "./repairJson.ts"

/** The array that a text is or holds: JSON, mended where needed, or a list with a bullet or number on every line. */
export const arrayIn = (text: string): ReadonlyArray<Json> | undefined =>
  repairJson(text, "[").find(isList) ?? listed(text)

/** The object that a text is or holds. */
export const objectIn = (text: string): JsonObject | undefined => repairJson(text, "{").find(isRecord)

const listed = (text: string): ReadonlyArray<string> | undefined => {
  const items = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => /^\s*(?:[-*•]|\d{1,3}[.)])\s+(\S.*)$/.exec(line)?.[1]?.trim())
  const found = items.filter((item) => item !== undefined)
  return found.length > 0 && found.length === items.length ? found : undefined
}
