import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { InputError } from "../InputError.ts"
import type { RunEvent } from "../RunEvent.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { count } from "./format.ts"
import { openEventsFile } from "./eventsFile.ts"
import { openTrack } from "./openTrack.ts"
import { root } from "./root.ts"
import { runOne } from "./runOne.ts"

/** What `run --resume RUN` is told beside the run. */
export interface ResumeFlags {
  readonly retry: Option.Option<string>
  readonly skip: Option.Option<string>
  readonly events: Option.Option<string>
}

/** Goes on with a run that was interrupted; it is shown like a new one. */
export const resumeRun = Effect.fnUntraced(function* (runId: string, { retry, skip, events }: ResumeFlags) {
  const rootFlags = yield* root
  const { json, quiet } = rootFlags
  const { track } = yield* openTrack(rootFlags)
  const write = Option.isSome(events) ? yield* openEventsFile(events.value) : () => Effect.void
  const onEvent = (event: RunEvent) => Effect.andThen(quiet ? Effect.void : sayResumed(event), write(event))
  const run = track.resume(runId, {
    ...(Option.isSome(retry) ? { retry: retry.value } : {}),
    ...(Option.isSome(skip) ? { skip: skip.value } : {}),
  })
  const { status } = yield* runOne(run, { json, quiet, position: null, onEvent })
  if (status !== "completed") return yield* new CommandFailed()
})

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
  resume: Option.Option<string>,
  { retry, skip }: Pick<ResumeFlags, "retry" | "skip">,
  others: Readonly<Record<string, boolean>>,
): Effect.Effect<void, InputError> => {
  const given = Object.keys(others).filter((name) => others[name])
  if (Option.isSome(resume)) {
    return given.length === 0
      ? Effect.void
      : refuse(`--resume goes on with a run as it was begun, without ${given.join(", ")}`)
  }
  if (Option.isSome(retry) || Option.isSome(skip)) return refuse("--retry and --skip go with --resume RUN")
  return given.includes("FILE") ? Effect.void : refuse("doubletrack run: FILE is missing\nSee doubletrack run --help.")
}

const refuse = (message: string) => Effect.fail(new InputError({ message, problems: [] }))
