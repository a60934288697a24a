import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Json, type JsonObject } from "../../Json.ts"

/**
 * The JSON in a model's answer: the whole text, else what its first code fence holds, else what
 * stands between its first opening and last closing bracket.
 */
export const parseJsonAnswer = (text: string): Option.Option<Json> =>
  Option.firstSomeOf([text, fenced(text), bracketed(text)].map((part) => parse(part)))

export const parseJsonObject = (text: string): Option.Option<JsonObject> =>
  Option.filter(parseJsonAnswer(text), isJsonObject)

export const isJsonObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Json))

const fenced = (text: string): string => /```[\w-]*[^\S\n]*\n(.*?)```/s.exec(text)?.[1] ?? ""

const bracketed = (text: string): string => /[{[].*[}\]]/s.exec(text)?.[0] ?? ""
