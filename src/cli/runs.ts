import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { withoutContent } from "../withoutContent.ts"
import { findRun } from "./findRun.ts"
import { withJournal } from "./openJournal.ts"
import { root } from "./root.ts"
import { cancelRun } from "./runsCancel.ts"
import { pruneRuns } from "./runsPrune.ts"

const showList = Effect.gen(function* () {
  const flags = yield* root
  const { summarizeRuns } = yield* Effect.promise(() => import("../summarizeRuns.ts"))
  const runs = yield* withJournal(flags, summarizeRuns)
  if (flags.json) return yield* Console.log(JSON.stringify(runs, null, 2))
  const { runsTable } = yield* Effect.promise(() => import("./runsText.ts"))
  if (runs.length > 0) return yield* Console.log(runsTable(runs))
  if (!flags.quiet) yield* Console.log("There are no runs yet; `doubletrack run FILE` starts one.")
})

const list = Command.make("list", {}, () => showList).pipe(
  Command.withDescription("Show runs, newest first: those under way, interrupted and in doubt, and those that ended"),
)

const runArgument = Argument.String("RUN").pipe(Argument.withDescription("Its id, as `runs` shows it"))

const show = Command.make(
  "show",
  { run: runArgument },
  Effect.fn(function* ({ run }) {
    const flags = yield* root
    const { runDetails, runText } = yield* Effect.promise(() => import("./runsText.ts"))
    const found = yield* findRun(flags, run)
    yield* Console.log(flags.json ? JSON.stringify(runDetails(found), null, 2) : runText(found))
  }),
).pipe(
  Command.withDescription("Show one run, also one of the fleet: where it stands, its steps, and what happened in it"),
)

const exportRun = Command.make(
  "export",
  {
    run: runArgument,
    content: Flag.Boolean("content").pipe(
      Flag.withoutNegation,
      Flag.withDescription("With inputs and answers, which are left out otherwise"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn(function* ({ run, content }) {
    const found = yield* findRun(yield* root, run)
    yield* Effect.forEach(
      found.run.events,
      (event) => Console.log(JSON.stringify(content ? event : withoutContent(event))),
      {
        discard: true,
      },
    )
  }),
).pipe(Command.withDescription("Print the events of one run, one JSON object a line"))

/** `doubletrack runs …`. */
export const runs = Command.make("runs", {}, () => showList).pipe(
  Command.withSubcommands([list, show, exportRun, cancelRun, pruneRuns]),
  Command.withDescription("Look at runs, cancel those under way or interrupted, and delete old ones"),
)
