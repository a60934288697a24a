import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Json, type JsonObject } from "../../Json.ts"
import { isRecord } from "../../language/lookUp.ts"

/**
 * The JSON in a model's answer: the whole text, else what its first code fence holds, else what
 * stands between its first opening and last closing bracket.
 */
export const parseJsonAnswer = (text: string): Option.Option<Json> =>
  Option.firstSomeOf([text, fenced(text), bracketed(text)].map((part) => parse(part)))

export const parseJsonObject = (text: string): Option.Option<JsonObject> =>
  Option.filter(parseJsonAnswer(text), isRecord)

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Json))

const fenced = (text: string): string => /```[\w-]*[^\S\n]*\n(.*?)```/s.exec(text)?.[1] ?? ""

const bracketed = (text: string): string => {
  const start = text.search(/[{[]/)
  return start < 0 ? "" : text.slice(start, 1 + Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")))
}
