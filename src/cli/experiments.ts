import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { pauseExperiment, pinStep, resumeExperiment } from "./experimentControl.ts"
import { experimentDetails, experimentText } from "./experimentText.ts"
import { findExperiments } from "./findExperiments.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { root } from "./root.ts"

const show = Command.make(
  "show",
  {
    step: Argument.String("STEP").pipe(
      Argument.withDescription("A step, PIPELINE/STEP where several pipelines have one of that name, or a key exp-…"),
    ),
  },
  Effect.fn(function* ({ step }) {
    const flags = yield* root
    const { track } = yield* openTrack(flags)
    const known = yield* refusable(track.experiments)
    const [report, ...earlier] = yield* Effect.fromResult(findExperiments(step, known))
    yield* Console.log(flags.json ? JSON.stringify(report, null, 2) : experimentDetails(report, earlier))
  }, Effect.scoped),
).pipe(Command.withDescription("Show all that is known of the latest experiment of a step"))

/** `doubletrack experiments …`. */
export const experiments = Command.make(
  "experiments",
  {},
  Effect.fn(function* () {
    const flags = yield* root
    const { track } = yield* openTrack(flags)
    const reports = yield* refusable(track.experiments)
    if (flags.json) return yield* Console.log(JSON.stringify(reports, null, 2))
    if (reports.length > 0) return yield* Console.log(reports.map(experimentText).join("\n"))
    if (!flags.quiet)
      yield* Console.log("There are no experiments yet: a hybrid step begins one when it has an adopted program.")
  }, Effect.scoped),
).pipe(
  Command.withSubcommands([show, pauseExperiment, resumeExperiment, pinStep]),
  Command.withDescription("Say what is known of the two tracks of steps, and hold an experiment or let it go on"),
)
