import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { limitText, ModelLimit } from "../../ModelLimits.ts"

/** What a node goes by for a model, and when one said so last, by its clock. */
export const StatedLimit = Schema.Struct({ limit: ModelLimit, atMs: Schema.Finite })
export type StatedLimit = typeof StatedLimit.Type

const StatedLimits = Schema.fromJsonString(Schema.Array(StatedLimit))
const decode = Schema.decodeUnknownOption(StatedLimits)
const encode = Schema.encodeSync(StatedLimits)

/** In the register that holds the rates, what is stated for a model lies under this and its key. */
export const statedPrefix = "limits/"

/** After this time what nobody says any more is not gone by any more. */
const freshMs = 300_000

/** What is stated in a register of the fleet; nothing where it cannot be understood. */
export const statedLimits = (text: string | null, nowMs: number): ReadonlyArray<StatedLimit> =>
  Option.getOrElse(decode(text), () => []).filter(({ atMs }) => atMs > nowMs - freshMs)

/** What was stated, and this; each limit once. */
export const withStated = (stated: ReadonlyArray<StatedLimit>, own: StatedLimit): string =>
  encode([...othersThan(stated, own.limit), own])

export const othersThan = (stated: ReadonlyArray<StatedLimit>, own: ModelLimit): ReadonlyArray<StatedLimit> =>
  stated.filter(({ limit }) => limitText(limit) !== limitText(own))
