import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { Track } from "../ExecutionMode.ts"
import type { ExperimentControl } from "../Route.ts"
import { experimentPlace, findExperiments } from "./findExperiments.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { root } from "./root.ts"

const step = Argument.String("STEP").pipe(
  Argument.withDescription("A step, or PIPELINE/STEP where several pipelines have one of that name"),
)

/** `doubletrack experiments pause STEP`. */
export const pauseExperiment = Command.make("pause", { step }, ({ step }) =>
  order(step, "paused", "is paused: the winner so far serves, else the prompt as written, and no evidence is taken in"),
).pipe(Command.withDescription("Let the winner so far serve, and take no more evidence in"))

/** `doubletrack experiments resume STEP`. */
export const resumeExperiment = Command.make("resume", { step }, ({ step }) =>
  order(step, "running", "is routed by its evidence"),
).pipe(Command.withDescription("Route a step by its evidence again, after pause or pin"))

/** `doubletrack experiments pin STEP TRACK`. */
export const pinStep = Command.make(
  "pin",
  {
    step,
    track: Argument.Literals("TRACK", Track.literals).pipe(Argument.withDescription(Track.literals.join(" or "))),
  },
  ({ step, track }) => order(step, `pinned_${track}`, `is pinned to the ${track} track until it is resumed`),
).pipe(Command.withDescription("Let one track of a step serve, whatever the evidence says"))

const order = Effect.fnUntraced(function* (written: string, control: ExperimentControl, said: string) {
  const flags = yield* root
  const { track } = yield* openTrack(flags)
  const [{ workflow, step }] = yield* Effect.fromResult(findExperiments(written, yield* refusable(track.experiments)))
  const ordered = yield* refusable(() => track.controlExperiment({ workflow, step, control }))
  if (flags.json) yield* Console.log(JSON.stringify(ordered, null, 2))
  else if (!flags.quiet) yield* Console.log(`${experimentPlace(ordered)} ${said}.`)
}, Effect.scoped)
