import * as Result from "effect/Result"
import { lengthOf } from "../values.ts"
import { type Resolved, type StrictContext, strictPath } from "./strictContext.ts"

/** A literal or a path into the results. */
export const strictLiteral = (written: string, context: StrictContext): Resolved => {
  const text = written.trim()
  if (/^'[^]*'$|^"[^]*"$|^['"]$/.test(text)) return Result.succeed(text.slice(1, -1))
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Result.succeed(Number(text))
  if (text === "true" || text === "false") return Result.succeed(text === "true")
  if (text === "null") return Result.succeed(null)
  return text.includes(".length")
    ? Result.map(strictPath(text.replaceAll(".length", ""), context), lengthOf)
    : strictPath(text, context)
}
