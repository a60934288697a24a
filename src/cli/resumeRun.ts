import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { type InputError, refuse } from "../InputError.ts"
import type { RunEvent } from "../RunEvent.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { count } from "./format.ts"
import { openEventsFile } from "./eventsFile.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { optionFlag, textFlag } from "./optionFlag.ts"
import { root } from "./root.ts"
import { runOne } from "./runOne.ts"

/** The flags of `run` for a run that was interrupted. */
export const resumeFlags = {
  resume: textFlag(
    "resume",
    "RUN",
    "Go on with a run that was interrupted, instead of a FILE; `runs` shows which were",
  ).pipe(Flag.optional),
  retry: optionFlag(
    textFlag("retry", "STEP", "With --resume: run this step again, although it may have changed something already"),
    (retry) => ({ retry }),
  ),
  skip: optionFlag(textFlag("skip", "STEP", "With --resume: pass this step by"), (skip) => ({ skip })),
}

type ResumeFlags = Command.Command.Config.Infer<typeof resumeFlags>

/** Goes on with a run that was interrupted; it is shown like a new one, and so is one that has ended. */
export const resumeRun = Effect.fnUntraced(function* (
  runId: string,
  { retry, skip, events }: Pick<ResumeFlags, "retry" | "skip"> & { readonly events: Option.Option<string> },
) {
  const rootFlags = yield* root
  const { json, quiet } = rootFlags
  const { track, settings } = yield* openTrack(rootFlags)
  const write = Option.isSome(events) ? yield* openEventsFile(events.value) : () => Effect.void
  const isRemote = settings.nats.servers.length > 0 && !(yield* isKnownHere(track, runId))
  const run = track.resume(runId, { ...retry, ...skip })
  const say = (event: RunEvent) =>
    Effect.flatMap(
      Effect.promise(() => run.hadEnded),
      (hadEnded) => (hadEnded ? sayEnded(event) : sayResumed(event)),
    )
  const onEvent = (event: RunEvent) => Effect.andThen(quiet ? Effect.void : say(event), write(event))
  const { status } = yield* runOne(run, { json, quiet, position: null, isRemote, onEvent })
  if (status !== "completed") return yield* new CommandFailed()
})

const isKnownHere = (track: DoubletrackService, runId: string) =>
  Effect.map(
    refusable(() => track.runs()),
    (runs) => runs.some((run) => run.runId === runId),
  )

const sayEnded = ({ runId, seq }: RunEvent) =>
  seq === 0 ? Console.error(`${runId} had ended before; this is what came of it`) : Effect.void

const sayResumed = (event: RunEvent) => {
  if (event._tag !== "RunResumed") return Effect.void
  const { step, stepsDone, attempt, changed = [] } = event
  const goesOn = step === null ? "every step has ended" : `goes on with step "${step}"`
  const lines = [
    `resumed (attempt ${attempt}): ${goesOn}, ${count(stepsDone, "step")} done before`,
    ...(changed.length === 0
      ? []
      : [`changed in the file since: ${changed.join(", ")}; the run goes on with the workflow as it was begun`]),
  ]
  return Console.error(lines.join("\n"))
}

/** A run is resumed as it was begun, so that nothing else can be said of it. */
export const checkResumeFlags = (
  { resume, retry, skip }: ResumeFlags,
  given: { readonly file: boolean; readonly others: ReadonlyArray<string> },
): Effect.Effect<void, InputError> => {
  const others = [...(given.file ? ["FILE"] : []), ...given.others]
  if (Option.isSome(resume)) {
    return others.length === 0
      ? Effect.void
      : refuse(`--resume goes on with a run as it was begun, without ${others.join(", ")}`)
  }
  if ("retry" in retry || "skip" in skip) return refuse("--retry and --skip go with --resume RUN")
  return given.file ? Effect.void : refuse("doubletrack run: FILE is missing\nSee doubletrack run --help.")
}
