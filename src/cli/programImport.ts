import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { refuse, wrongInput } from "../InputError.ts"
import { refused } from "../refused.ts"
import { ProgramStore } from "../services/programs/ProgramStore.ts"
import { withPrograms } from "./openPrograms.ts"
import { placeText, programRow } from "./programText.ts"
import { root } from "./root.ts"

const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

/** `doubletrack program import F`. */
export const importProgram = Command.make(
  "import",
  {
    file: Argument.String("F").pipe(
      Argument.withDescription("What `program export` wrote, or a state file that DSPy saved"),
    ),
    signature: text("signature", "F", "Signature of it: a file, a pipeline and its step as FILE#STEP, or 'a -> b'"),
    predictor: text("predictor", "PATH", "Which predictor of a DSPy program that has several"),
    workflow: text("workflow", "W", "Pipeline that it is for; default: that of --signature FILE#STEP"),
    step: text("step", "S", "Step that it is for"),
  },
  Effect.fn(function* ({ file, signature, predictor, workflow, step }) {
    const flags = yield* root
    if (Option.isSome(workflow) !== Option.isSome(step))
      return yield* wrongInput("--workflow and --step go together: they say which step of which pipeline")
    const { readProgram } = yield* Effect.promise(() => import("../services/programs/readProgram.ts"))
    const { Workflows } = yield* Effect.promise(() => import("../services/workflows/Workflows.ts"))
    const fileSystem = yield* FileSystem.FileSystem
    const content = yield* fileSystem
      .readFileString(file)
      .pipe(Effect.mapError(({ reason }) => wrongInput(`${file}: ${unreadable(reason._tag)}`)))
    const { program, notes } = yield* readProgram({
      text: content.replace(/^\uFEFF/, ""),
      file,
      signature: Option.getOrUndefined(signature),
      predictor: Option.getOrUndefined(predictor),
      place:
        Option.isSome(workflow) && Option.isSome(step) ? { workflow: workflow.value, step: step.value } : undefined,
      createdAt: DateTime.formatIso(DateTime.makeUnsafe(yield* Clock.currentTimeMillis)),
    }).pipe(
      Effect.provide(Workflows.layer),
      Effect.catchTag("ProgramError", ({ message }) => refuse(message)),
    )
    const stored = yield* withPrograms(
      flags,
      refused(
        ProgramStore.use((store) =>
          Effect.andThen(
            store.save(program, { adopted: false, reason: `imported from ${file}` }),
            store.get(program.id),
          ),
        ),
      ),
    )
    if (flags.json) return yield* Console.log(JSON.stringify({ ...programRow(stored), notes }, null, 2))
    yield* Effect.forEach(notes, (note) => Console.error(`${file}: ${note}`), { discard: true })
    const next = stored.status.adopted ? "It is adopted." : `\`doubletrack program promote ${program.id}\` serves it.`
    yield* Console.log(flags.quiet ? program.id : `${program.id} for ${placeText(program)}. ${next}`)
  }),
).pipe(Command.withDescription("Bring in a program that was exported, or saved by DSPy; it is not adopted yet"))

const unreadable = (reason: string): string =>
  reason === "NotFound" ? "there is no such file" : "this file cannot be read"
