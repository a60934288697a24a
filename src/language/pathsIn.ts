import * as Result from "effect/Result"
import { isKeyword, onItsOwn } from "./parseExpression.ts"
import { tokenize } from "./tokenize.ts"

/** The paths between two braces, as a run reads them where it knows these names: what is no expression is one path. */
export const pathsIn = (body: string, isName: (name: string) => boolean): ReadonlyArray<ReadonlyArray<string>> => {
  const hyphenatedNames = (body.match(/[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)+/gu) ?? []).filter(isName)
  const tokens = Result.getOrNull(tokenize(body, { ...onItsOwn, hyphenatedNames }))
  if (tokens === null) return [body.split(".")]
  return tokens.flatMap((token, index) => {
    const isCall = tokens[index + 1]?.text === "("
    return token.kind === "path" && !isCall && !isKeyword(token.text) && token.segments[0] !== "@"
      ? [token.segments]
      : []
  })
}
