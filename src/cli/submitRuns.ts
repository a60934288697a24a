import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type { DoubletrackService } from "../DoubletrackService.ts"
import type { JsonObject } from "../Json.ts"
import type { Refusal } from "../refused.ts"
import type { Run, SubmittedRun } from "../Run.ts"
import type { RunReport } from "../RunReport.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { fleetProblem } from "./fleet.ts"
import type { Inputs } from "./inputs.ts"
import { refusable } from "./openTrack.ts"
import { headerOf, progressText, type RunOutput, type RunPosition, runOne } from "./runOne.ts"

/** How runs are put into the queue, and shown. */
export interface Submission {
  readonly track: DoubletrackService
  readonly submit: (inputs: JsonObject) => SubmittedRun
  readonly output: Omit<RunOutput, "position" | "isRemote">
}

/**
 * Puts every run into the queue of the fleet, then follows them one after the other. Null stands for a run that nobody
 * goes on with. Interrupting it cancels all that have not ended.
 */
export const submitRuns = Effect.fnUntraced(function* ({ runs, many }: Inputs, { track, submit, output }: Submission) {
  const problem = yield* fleetProblem(track)
  if (problem !== null) {
    yield* Console.error(problem)
    return yield* new CommandFailed()
  }
  const open: Array<PlacedRun> = []
  const say = (line: string) => (output.quiet ? Effect.void : Console.error(line))

  const submitAll = Effect.forEach(runs, (inputs, index) =>
    Effect.gen(function* () {
      const position = many ? { number: index + 1, of: runs.length } : null
      const run = submit(inputs)
      yield* refusable(() => run.submitted).pipe(
        Effect.catch(
          (error): Effect.Effect<never, Refusal | CommandFailed> =>
            index === 0 ? Effect.fail(error) : sayStopped(error.message, index),
        ),
      )
      open.push({ run, position })
      yield* say(`${prefixOf(position)}${run.id} waits for a worker`)
    }),
  )

  const followNext = Effect.gen(function* () {
    const next = open.shift()
    if (next === undefined) return null
    const { run, position } = next
    const askAll = () => {
      for (const other of open) other.run.cancel().catch(() => {})
      return run.cancel()
    }
    return yield* runOne({ ...run, cancel: askAll }, { ...output, position, isRemote: true }).pipe(
      Effect.catch(({ message }) => {
        const named = message.includes(run.id) ? message : `${run.id}: ${message}`
        return Effect.as(Console.error(`${prefixOf(position)}${named}`), null)
      }),
    )
  })

  const cancelOpen = Effect.forEach(open, ({ run, position }) => cancelOne(run, position, output), {
    concurrency: "unbounded",
    discard: true,
  })

  yield* Effect.onInterrupt(submitAll, () => cancelOpen)
  return yield* Effect.onInterrupt(
    Effect.forEach(runs, () => followNext),
    () => cancelOpen,
  )
})

interface PlacedRun {
  readonly run: Run
  readonly position: RunPosition | null
}

const prefixOf = (position: RunPosition | null): string => (position === null ? "" : `${headerOf(position)}: `)

const sayStopped = (message: string, submitted: number) =>
  Effect.andThen(
    Console.error(`${message}\nThe ${submitted} submitted before go on; cancel them with \`runs cancel RUN\`.`),
    Effect.fail(new CommandFailed()),
  )

/** How long a run is waited for that is to be cancelled and was not followed yet. */
const patience = "5 seconds"

const cancelOne = (run: Run, position: RunPosition | null, { json, quiet }: Submission["output"]) =>
  Effect.gen(function* () {
    const cancelled: RunReport | null = yield* Effect.promise(() => run.cancel().catch(() => null)).pipe(
      Effect.interruptible,
      Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(null) }),
    )
    if (json && cancelled !== null) yield* Console.log(JSON.stringify(cancelled))
    if (quiet) return
    const how =
      cancelled === null || position === null
        ? `${prefixOf(position)}asked to end, it has not yet`
        : progressText(cancelled, position)
    yield* Console.error(how)
  })
