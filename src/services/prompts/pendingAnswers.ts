import type { JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"

const opening = "‹answer of step "

/** What a dry run shows where the answer of an earlier step would stand. */
export const pendingAnswer = (step: string, path?: string): string =>
  path === undefined ? `${opening}${step}›` : `${opening}${step}: ${path}›`

export const hasPendingAnswer = (text: string): boolean => text.includes(opening)

/**
 * Stand-ins for the answers of steps that a dry run did not execute: a marker at every path that a
 * template in `texts` asks for, as `{{steps.x.…}}` or `{{x.…}}`.
 */
export const pendingResults = (
  steps: Iterable<string>,
  texts: ReadonlyArray<string>,
): { readonly [step: string]: JsonObject } => {
  const expressions = texts.flatMap((text) => [...text.matchAll(/\{\{(.*?)\}\}/gs)].map(([, inside = ""]) => inside))
  return Object.fromEntries(
    [...steps].flatMap((step) => {
      const paths = expressions.flatMap((expression) => pathsBehind(step, expression))
      return paths.length === 0 ? [] : [[step, paths.reduce((result, path) => marked(result, step, path), {})]]
    }),
  )
}

/** Whether a text speaks of one of the steps at all. */
export const mentions = (steps: Iterable<string>, texts: ReadonlyArray<string>): boolean =>
  [...steps].some((step) => texts.some((text) => pathsBehind(step, text).length > 0))

/** The strings anywhere in a value. */
export const textsIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (typeof value !== "object" || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

/** What is looked up in a step's answer: `outputs.label` in `steps.x.outputs.label`; the text of a bare `steps.x`. */
const pathsBehind = (step: string, expression: string): ReadonlyArray<string> =>
  [
    ...expression.matchAll(
      new RegExp(`(?<![\\w-])(?<!(?<!\\bsteps)\\.)${escaped(step)}(?![\\w-])((?:\\.[\\w-]+|\\[\\d+\\])*)`, "g"),
    ),
  ].map(([, path = ""]) => (path === "" ? "text" : path.replace(/\[(\d+)\]/g, ".$1").slice(1)))

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

const marked = (result: JsonObject, step: string, path: string): JsonObject =>
  withText(result, path.split("."), pendingAnswer(step, path))

const withText = (result: JsonObject, [key = "", ...rest]: ReadonlyArray<string>, text: string): JsonObject => {
  const inner = result[key]
  if (inner !== undefined && (rest.length === 0 || !isRecord(inner))) return result
  return { ...result, [key]: rest.length === 0 ? text : withText(inner ?? {}, rest, text) }
}
