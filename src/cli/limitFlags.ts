import * as Option from "effect/Option"
import * as Flag from "effect/cli/Flag"
import { parseDuration } from "./duration.ts"
import { textFlag } from "./optionFlag.ts"

/** `--max-calls`. */
export const maxCallsFlag = (description: string): Flag.Flag<number> =>
  atLeast(1, Flag.Int("max-calls").pipe(Flag.withMetavar("N"), Flag.withDescription(description)))

/** `--max-cost`, in USD. */
export const maxCostFlag = (description: string): Flag.Flag<number> =>
  atLeast(0, Flag.Finite("max-cost").pipe(Flag.withMetavar("USD"), Flag.withDescription(description)))

/** `--max-time`, in ms. */
export const maxTimeFlag = (description: string): Flag.Flag<number> =>
  textFlag("max-time", "TIME", description).pipe(
    Flag.filterMap(
      (text) => Option.filter(Option.fromNullishOr(parseDuration(text)), (durationMs) => durationMs > 0),
      () => "a time such as 90s, 10m or 2h",
    ),
  )

/** A number that is not smaller than this. */
export const atLeast = (least: number, flag: Flag.Flag<number>): Flag.Flag<number> =>
  Flag.filter(
    flag,
    (value) => value >= least,
    () => `${least} or more`,
  )
