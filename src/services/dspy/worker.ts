import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import { type ChildProcessHandle, ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type OptimizationBench, OptimizationError } from "../optimization/Optimizer.ts"
import { boundedLines } from "./boundedLines.ts"
import type { DspyOptions } from "./DspyOptions.ts"
import type { IdleGuard } from "./idleGuard.ts"
import { pythonVariables } from "./pythonVariables.ts"
import { type TextTail, textTail } from "./textTail.ts"
import { type Done, type Progress, WorkerEvent } from "./WorkerEvent.ts"
import type { WorkerJob } from "./WorkerJob.ts"

export interface WorkerOptions {
  readonly python: string
  readonly job: WorkerJob
  readonly environment: DspyOptions["environment"]
  readonly guard: IdleGuard
  readonly idleMs: number
  readonly progress: OptimizationBench["Service"]["progress"]
  /** What is run; default: the worker of the Python package. */
  readonly args?: ReadonlyArray<string>
}

/**
 * Runs one job in a process of its own, to its end. Interrupting it stops the process: SIGTERM, and SIGKILL where that does not
 * help within three seconds. A worker that is gone, hung or out of its mind is `worker_failed`, with the end of what it said.
 */
export const runWorker = (options: WorkerOptions): Effect.Effect<Done, OptimizationError, ChildProcessSpawner> =>
  Effect.scoped(
    Effect.gen(function* () {
      const tail = textTail()
      const spawner = yield* ChildProcessSpawner
      const handle = yield* Effect.mapError(spawner.spawn(command(options)), notStarted)
      yield* handle.stderr.pipe(
        Stream.decodeText(),
        Stream.runForEach((text) => Effect.sync(() => tail.add(text))),
        Effect.ignore,
        Effect.forkScoped,
      )
      const last = yield* Effect.raceFirst(lastEvent(handle, tail, options), hung(options))
      if (last === undefined) return yield* died(handle, tail)
      yield* Effect.timeoutOption(Effect.ignore(handle.exitCode), "3 seconds")
      if (last.type === "done") return last
      return yield* new OptimizationError({ reason: last.reason, message: last.message })
    }),
  ).pipe(Effect.mapError((error) => withoutSecret(error, options.job.endpoint.token)))

const command = ({ python, args = ["-m", "doubletrack_dspy.worker"], job, environment }: WorkerOptions) =>
  ChildProcess.make(python, args, {
    env: pythonVariables(environment),
    stdin: Stream.make(new TextEncoder().encode(`${JSON.stringify(job)}\n`)),
    killSignal: "SIGTERM",
    forceKillAfter: "3 seconds",
  })

/** Hands over progress as it comes; the event that ends the job, or undefined where the output ends without one. */
const lastEvent = (handle: ChildProcessHandle, tail: TextTail, { guard, progress }: WorkerOptions) =>
  boundedLines(handle.stdout).pipe(
    Stream.mapEffect((line) => {
      const event = decodeEvent(line)
      if (Option.isNone(event)) tail.add(`${line.slice(0, 1_000)}\n`)
      return Effect.as(guard.seen, Option.getOrUndefined(event))
    }),
    Stream.tap((event) => (event?.type === "progress" ? progress(stepOf(event)) : Effect.void)),
    Stream.filter((event) => event !== undefined && event.type !== "progress"),
    Stream.runHead,
    Effect.map((found) => Option.getOrUndefined(found)),
    Effect.catchTag("PlatformError", () => Effect.undefined),
  )

const decodeEvent = Schema.decodeUnknownOption(Schema.fromJsonString(WorkerEvent))

const stepOf = ({ type: _, ...step }: Progress) => step

const hung = ({ guard, idleMs }: WorkerOptions) =>
  Effect.flatMap(guard.idle, () => failed(`did nothing and asked nothing for ${idleMs / 1000} s and was stopped`, ""))

const died = Effect.fnUntraced(function* (handle: ChildProcessHandle, tail: TextTail) {
  const status = yield* Effect.timeoutOption(Effect.option(handle.exitCode), "3 seconds")
  const how = Option.match(status, {
    onNone: () => "closed its output",
    onSome: Option.match({ onNone: () => "was killed", onSome: (code) => `ended with status ${code}` }),
  })
  return yield* failed(`${how} before the job was done`, tail.lastLines(4))
})

const failed = (what: string, said: string) =>
  Effect.fail(
    new OptimizationError({
      reason: "worker_failed",
      message: `The DSPy worker ${what}${said === "" ? "" : `; it last said: ${said}`}. Run the command again with --resume, or optimize with --engine embedded.`,
    }),
  )

const notStarted = ({ message }: PlatformError) =>
  new OptimizationError({
    reason: "dspy_unavailable",
    message: `The DSPy worker could not be started: ${message}`,
  })

const withoutSecret = ({ reason, message }: OptimizationError, token: string) =>
  new OptimizationError({ reason, message: message.replaceAll(token, "***") })
