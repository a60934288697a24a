import * as Option from "effect/Option"
import * as Flag from "effect/cli/Flag"

/** A flag that may be left out, as the part of some options that it says. */
export const optionFlag = <A, Said extends object>(
  flag: Flag.Flag<A>,
  say: (value: A) => Said,
): Flag.Flag<Partial<Said>> =>
  flag.pipe(
    Flag.optional,
    Flag.map(Option.match({ onNone: (): Partial<Said> => ({}), onSome: (value): Partial<Said> => say(value) })),
  )

/** A flag with a text, a name or a path for a value. */
export const textFlag = (name: string, metavar: string, description: string): Flag.Flag<string> =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))
