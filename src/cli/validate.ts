import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { InputError } from "../InputError.ts"
import { formatProblem, type Problem } from "../Problem.ts"
import type { DoubletrackService } from "../DoubletrackService.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { count } from "./format.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { root } from "./root.ts"

/** `doubletrack validate FILE…`. */
export const validate = Command.make(
  "validate",
  {
    files: Argument.String("FILE").pipe(Argument.withDescription("Pipelines, YAML files"), Argument.atLeast(1)),
    strict: Flag.Boolean("strict").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Report ignored keys, blank templates and references to later steps, too"),
      Flag.withDefault(false),
    ),
    strictCompat: Flag.Boolean("strict-compat").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Check what the original of the format checks"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn(function* ({ files, strict, strictCompat }) {
    const rootFlags = yield* root
    yield* requireFiles(files)
    const { track } = yield* openTrack(rootFlags)
    const reports = yield* Effect.forEach(files, (file) => refusable(() => track.check(file, { strict, strictCompat })))
    if (rootFlags.json) yield* Console.log(JSON.stringify(reports, null, 2))
    else yield* printReports(reports, rootFlags.quiet)
    if (reports.some(({ valid }) => !valid)) return yield* new CommandFailed()
  }, Effect.scoped),
).pipe(Command.withDescription("Say all that is wrong with pipelines"))

type CheckReport = Awaited<ReturnType<DoubletrackService["check"]>>

const requireFiles = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
  const fileSystem = yield* FileSystem.FileSystem
  const problems: Array<Problem> = []
  for (const file of files) {
    if (yield* Effect.orElseSucceed(fileSystem.exists(file), () => false)) continue
    problems.push({ file, line: 1, column: 1, path: "", message: "there is no such file", severity: "error" })
  }
  if (problems.length === 0) return
  const message = problems.map(({ file, message }) => `${file}: ${message}`).join("\n")
  return yield* new InputError({ message, problems })
})

const printReports = (reports: ReadonlyArray<CheckReport>, quiet: boolean) =>
  Effect.forEach(
    reports.flatMap((report) => [...report.problems.map(formatProblem), ...(quiet ? [] : [verdictOf(report)])]),
    (line) => Console.log(line),
    { discard: true },
  )

const verdictOf = ({ file, valid, problems }: CheckReport): string => {
  const errors = problems.filter(({ severity }) => severity === "error").length
  const warnings = problems.length - errors
  const counts = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ]
  return `${file}: ${valid ? "valid" : "invalid"}${counts.length > 0 ? `, ${counts.join(", ")}` : ""}`
}
