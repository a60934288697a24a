import * as Result from "effect/Result"
import type { Json } from "../../Json.ts"
import type { LanguageError } from "../LanguageError.ts"
import { isList, isRecord } from "../lookUp.ts"
import { isJson, type Operand, type Resolved, type StrictContext } from "./strictContext.ts"
import { strictText } from "./strictText.ts"

/**
 * `any`, `all` or `count` with a condition on each item. `@` in it is replaced by the item's text;
 * without one, every word that is a field of the item becomes a path into the item, in quotes too.
 */
export const strictItems = (
  name: "any" | "all" | "count",
  items: Operand,
  condition: string,
  context: StrictContext,
): Resolved => {
  if (!isJson(items) || !isList(items)) return Result.succeed(name === "count" ? 0 : false)
  return Result.gen(function* () {
    let holding = 0
    for (const item of items) {
      const holds = yield* itemHolds(item, unquoted(condition), context)
      if (holds) holding += 1
      if (name === "any" && holds) return true
      if (name === "all" && !holds) return false
    }
    return name === "count" ? holding : name === "all"
  })
}

const itemHolds = (item: Json, condition: string, context: StrictContext): Result.Result<boolean, LanguageError> => {
  const inner = { ...context, depth: context.depth + 1 }
  const about = isRecord(item) ? { ...inner, results: { ...context.results, "@item": item } } : inner
  if (condition.includes("@")) {
    return Result.flatMap(strictText(item), (text) =>
      about.decide(
        condition.replaceAll("@", () => text),
        about,
      ),
    )
  }
  const names = isRecord(item) ? Object.keys(item).toSorted() : []
  return about.decide(names.length === 0 ? condition : withPaths(condition, names), about)
}

const withPaths = (condition: string, names: ReadonlyArray<string>): string =>
  condition.replace(new RegExp(`\\b(${names.map(escaped).join("|")})\\b`, "g"), "@item.$1")

const escaped = (name: string): string => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

const unquoted = (condition: string): string =>
  /^'[^]*'$|^"[^]*"$/.test(condition) ? condition.slice(1, -1) : condition
