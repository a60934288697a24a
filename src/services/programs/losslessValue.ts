import * as Result from "effect/Result"
import type { Json, JsonObject } from "../../Json.ts"
import type { LosslessJson, LosslessObject } from "./losslessJson.ts"

/** The value under a key; as in Python, the last one where there are several. */
export const entryOf = (object: LosslessObject, key: string): LosslessJson | undefined =>
  object.entries.findLast(([each]) => each === key)?.[1]

export const isObject = (value: LosslessJson | undefined): value is LosslessObject =>
  typeof value === "object" && value !== null && value._tag === "object"

/** The items of a list; none where it is something else. */
export const itemsOf = (value: LosslessJson | undefined): ReadonlyArray<LosslessJson> =>
  typeof value === "object" && value !== null && value._tag === "list" ? value.items : []

/** A text, where it is one. */
export const textOf = (value: LosslessJson | undefined): string | undefined =>
  typeof value === "string" ? value : undefined

/** The same value as plain JSON; fails with the number that it cannot hold. */
export const plainValue = (value: LosslessJson): Result.Result<Json, string> => {
  if (typeof value !== "object" || value === null) return Result.succeed(value)
  switch (value._tag) {
    case "number":
      return plainNumber(value.text)
    case "list":
      return Result.all(value.items.map(plainValue))
    case "object":
      return plainObject(value)
  }
}

/** The same object as plain JSON; fails with the number that it cannot hold. */
export const plainObject = ({ entries }: LosslessObject): Result.Result<JsonObject, string> =>
  Result.map(
    Result.all(entries.map(([key, value]) => Result.map(plainValue(value), (plain) => [key, plain] as const))),
    Object.fromEntries<Json>,
  )

const plainNumber = (text: string): Result.Result<number, string> => {
  const number = Number(text)
  const isInteger = /^-?\d+$/.test(text)
  const isSame = () => String(number) === text || BigInt(text) === BigInt(number)
  return Number.isFinite(number) && (!isInteger || isSame()) ? Result.succeed(number) : Result.fail(text)
}
