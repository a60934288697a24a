import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import process from "node:process"
import { doctor } from "./doctor.ts"
import { evaluate } from "./evaluate.ts"
import { events } from "./events.ts"
import { experiments } from "./experiments.ts"
import { feedback } from "./feedback.ts"
import { graph } from "./graph.ts"
import { optimize } from "./optimize.ts"
import { program } from "./program.ts"
import { root } from "./root.ts"
import { run } from "./run.ts"
import { runs } from "./runs.ts"
import { terminalConsole } from "./terminalConsole.ts"
import { usagePresenter } from "./usage.ts"
import { validate } from "./validate.ts"
import { packageVersion } from "./version.ts"
import { worker } from "./worker.ts"

const doubletrack = root.pipe(
  Command.withSubcommands([
    run,
    runs,
    validate,
    optimize,
    evaluate,
    program,
    experiments,
    feedback,
    graph,
    events,
    worker,
    doctor,
  ]),
)

/** Runs one command line and leaves its exit status: 0 done, 1 failed, 2 wrong input or usage, 130 interrupted. */
export const runCommandLine = (argv: ReadonlyArray<string>): void => {
  exitOnSecondSignal()
  exitQuietlyWhenNobodyReads()
  NodeRuntime.runMain(Effect.provide(main(argv), NodeServices.layer), { disableErrorReporting: true })
}

const main = (argv: ReadonlyArray<string>) =>
  packageVersion.pipe(
    Effect.flatMap((version) => Command.runWith(doubletrack, { version })(argv)),
    Effect.provideService(CliOutput.Presenter, usagePresenter),
    Effect.as(0),
    Effect.catchTags({
      ShowHelp: ({ errors }) => Effect.succeed(errors.length === 0 ? 0 : 2),
      InputError: ({ message }) => Effect.as(Console.error(message), 2),
      StoreError: ({ message }) => Effect.as(Console.error(message), 1),
      CommandFailed: () => Effect.succeed(1),
    }),
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.interrupt : reportDefect(cause, wantsDetails(argv)),
    ),
    Effect.flatMap((status) => Effect.sync(() => void (process.exitCode = status))),
    Effect.provideService(Logger.LogToStderr, true),
    Effect.provideService(Console.Console, terminalConsole),
  )

/** One line for a mistake of ours; with details, where it comes from, too. */
const reportDefect = (cause: Cause.Cause<unknown>, details: boolean) => {
  const defect = Cause.squash(cause)
  const message = defect instanceof Error ? defect.message : String(defect)
  const hint = details ? `\n${Cause.pretty(cause)}` : " (--log-level debug shows where it comes from)"
  return Effect.as(Console.error(`doubletrack: unexpected error: ${message}${hint}`), 1)
}

const wantsDetails = (argv: ReadonlyArray<string>): boolean => /--log-level[ =](all|trace|debug)/.test(argv.join(" "))

/**
 * The first signal interrupts the command, which cancels what is under way; the second does not wait for that. A
 * terminal that is closed counts as SIGTERM.
 */
const exitOnSecondSignal = (): void => {
  let signalled = false
  const onSignal = () => {
    if (signalled) process.exit(130)
    signalled = true
  }
  process.on("SIGINT", onSignal)
  process.on("SIGTERM", onSignal)
  process.on("SIGHUP", () => process.kill(process.pid, "SIGTERM"))
}

const exitQuietlyWhenNobodyReads = (): void => {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1))
}
