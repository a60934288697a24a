import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { refused } from "../refused.ts"
import { ProgramStore } from "../services/programs/ProgramStore.ts"
import { findProgram, withPrograms } from "./openPrograms.ts"
import { exportProgram } from "./programExport.ts"
import { importProgram } from "./programImport.ts"
import { invalidate, promote, rollback } from "./programAdoption.ts"
import { programRow, programTable, programText } from "./programText.ts"
import { root } from "./root.ts"

const list = Command.make(
  "list",
  {},
  Effect.fn(function* () {
    const flags = yield* root
    const programs = yield* withPrograms(flags, refused(ProgramStore.use((store) => store.list)))
    if (flags.json) return yield* Console.log(JSON.stringify(programs.map(programRow), null, 2))
    if (programs.length > 0) return yield* Console.log(programTable(programs))
    if (!flags.quiet) yield* Console.log("There are no programs yet; `doubletrack optimize FILE` compiles one.")
  }),
).pipe(Command.withDescription("Show what was compiled, newest first, and what is adopted"))

const show = Command.make(
  "show",
  { id: Argument.String("ID").pipe(Argument.withDescription("Its id, or the beginning of it")) },
  Effect.fn(function* ({ id }) {
    const flags = yield* root
    const stored = yield* withPrograms(flags, findProgram(id))
    const document = { ...stored.program, status: stored.status }
    yield* Console.log(flags.json ? JSON.stringify(document, null, 2) : programText(stored))
  }),
).pipe(Command.withDescription("Show one program: its scores, instructions and demos"))

/** `doubletrack program …`. */
export const program = Command.make("program").pipe(
  Command.withSubcommands([list, show, importProgram, exportProgram, promote, rollback, invalidate]),
  Command.withDescription("Look at compiled programs, bring them in and out, and say which are served"),
)
