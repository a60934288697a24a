import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { refuse } from "../InputError.ts"
import { Journal } from "../services/journal/Journal.ts"
import type { PruneLimits } from "../services/journal/pruneRuns.ts"
import { parseDuration } from "./duration.ts"
import { count } from "./format.ts"
import { atLeast } from "./limitFlags.ts"
import { withJournal } from "./openJournal.ts"
import { settingsOf } from "./openTrack.ts"
import { root } from "./root.ts"

/** `doubletrack runs prune`. */
export const pruneRuns = Command.make(
  "prune",
  {
    olderThan: Flag.String("older-than").pipe(
      Flag.withMetavar("TIME"),
      Flag.withDescription("Those that began longer ago: 30d, 12h (default: journal.keepRuns and journal.keepDays)"),
      Flag.optional,
    ),
    keep: atLeast(
      0,
      Flag.Int("keep").pipe(Flag.withMetavar("N"), Flag.withDescription("All but the newest so many")),
    ).pipe(Flag.optional),
  },
  Effect.fn(function* ({ olderThan, keep }) {
    const flags = yield* root
    const { settings } = yield* settingsOf(flags)
    const limits: PruneLimits =
      Option.isNone(olderThan) && Option.isNone(keep)
        ? settings.journal
        : {
            ...(Option.isSome(olderThan) ? { keepDays: yield* daysOf(olderThan.value) } : {}),
            ...(Option.isSome(keep) ? { keepRuns: keep.value } : {}),
          }
    const deleted = yield* withJournal(
      flags,
      Journal.use(({ prune }) => prune(limits)),
    )
    if (flags.json) return yield* Console.log(JSON.stringify({ deleted }, null, 2))
    if (!flags.quiet) yield* Console.log(`${count(deleted, "run")} deleted`)
  }),
).pipe(Command.withDescription("Delete runs that have ended; those that can be resumed stay"))

const dayMs = 86_400_000

/** A number alone could be meant as days, and what is deleted does not come back. */
const daysOf = (written: string) => {
  const durationMs = /[a-z]/i.test(written) ? parseDuration(written) : null
  return durationMs === null
    ? refuse(`--older-than ${written}: expected a time such as 30d or 12h`)
    : Effect.succeed(durationMs / dayMs)
}
