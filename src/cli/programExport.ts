import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import process from "node:process"
import { wrongInput } from "../InputError.ts"
import type { Program } from "../Program.ts"
import { findProgram, withPrograms } from "./openPrograms.ts"
import { root } from "./root.ts"

/** `doubletrack program export ID`. */
export const exportProgram = Command.make(
  "export",
  {
    id: Argument.String("ID").pipe(Argument.withDescription("Its id, or the beginning of it")),
    format: Flag.Literals("format", ["program", "dspy"]).pipe(
      Flag.withDescription("program (default): the whole of it; dspy: a state that DSPy loads"),
      Flag.withDefault("program"),
    ),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("OUT"),
      Flag.withDescription("File to write, instead of standard output"),
      Flag.optional,
    ),
  },
  Effect.fn(function* ({ id, format, output }) {
    const flags = yield* root
    const { program } = yield* withPrograms(flags, findProgram(id))
    if (program.candidate.retrieval !== undefined)
      yield* Console.error(`${program.id} picks its demos from rows of this installation; they are not in the file.`)
    const text = yield* textOf(program, format)
    if (Option.isNone(output)) return yield* Effect.sync(() => void process.stdout.write(text))
    const fileSystem = yield* FileSystem.FileSystem
    yield* fileSystem
      .writeFileString(output.value, text)
      .pipe(Effect.mapError(({ reason }) => wrongInput(`-o ${output.value}: ${unwritable(reason._tag)}`)))
    if (flags.json) yield* Console.log(JSON.stringify({ id: program.id, format, output: output.value }, null, 2))
    else if (!flags.quiet) yield* Console.log(`${program.id} is in ${output.value}.`)
  }),
).pipe(Command.withDescription("Write a program to a file, for another installation or for DSPy"))

const textOf = Effect.fnUntraced(function* (program: Program, format: "program" | "dspy") {
  if (format === "dspy") {
    const { exportDspyState } = yield* Effect.promise(() => import("../services/programs/exportDspyState.ts"))
    return exportDspyState(program)
  }
  const { encodeProgram } = yield* Effect.promise(() => import("../services/programs/programFile.ts"))
  return encodeProgram(program)
})

const unwritable = (reason: string): string =>
  reason === "NotFound" ? "its folder does not exist; make it first" : "this file cannot be written"
