import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { wrongInput } from "../InputError.ts"
import { nearestName } from "../nearestName.ts"
import { promoteProgram } from "../promoteProgram.ts"
import { refused } from "../refused.ts"
import { rollBackProgram } from "../rollBackProgram.ts"
import { ProgramStore, type StoredProgram } from "../services/programs/ProgramStore.ts"
import { CommandFailed } from "./CommandFailed.ts"
import { count } from "./format.ts"
import { findProgram, withPrograms } from "./openPrograms.ts"
import { placeText, programRow } from "./programText.ts"
import { root } from "./root.ts"

/** `doubletrack program promote ID`. */
export const promote = Command.make(
  "promote",
  { id: Argument.String("ID").pipe(Argument.withDescription("Its id, or the beginning of it")) },
  Effect.fn(function* ({ id }) {
    const flags = yield* root
    const promoted = yield* withPrograms(
      flags,
      Effect.flatMap(findProgram(id), ({ program }) => refused(promoteProgram(program.id))),
    )
    if (flags.json) yield* Console.log(JSON.stringify(programRow(promoted), null, 2))
    else if (!flags.quiet) yield* Console.log(`${promoted.program.id} is adopted for ${placeText(promoted.program)}.`)
  }),
).pipe(Command.withDescription("Adopt a program by hand"))

/** `doubletrack program rollback STEP`. */
export const rollback = Command.make(
  "rollback",
  {
    step: Argument.String("STEP").pipe(
      Argument.withDescription("A step, or PIPELINE/STEP where several pipelines have one of that name"),
    ),
  },
  Effect.fn(function* ({ step }) {
    const flags = yield* root
    const { place, undone, now } = yield* withPrograms(flags, undoAdoption(step))
    if (flags.json)
      return yield* Console.log(
        JSON.stringify({ ...place, rolledBack: undone, adopted: now === null ? null : programRow(now) }, null, 2),
      )
    if (!flags.quiet)
      yield* Console.log(
        `${undone} is rolled back. ${placeText(place)} is served by ${now === null ? "no program: its own prompt runs" : now.program.id}.`,
      )
  }),
).pipe(Command.withDescription("Undo the last adoption of a step"))

/** `doubletrack program invalidate SIGNATURE`. */
export const invalidate = Command.make(
  "invalidate",
  {
    signature: Argument.String("SIGNATURE").pipe(
      Argument.withDescription("Its hash or the beginning of it, a file, FILE#STEP of a pipeline, or 'a -> b'"),
    ),
  },
  Effect.fn(function* ({ signature }) {
    const flags = yield* root
    const { hash, invalidated } = yield* withPrograms(
      flags,
      Effect.gen(function* () {
        const hash = yield* findSignature(signature)
        const invalidated = yield* refused(ProgramStore.use((store) => store.invalidate(hash)))
        return { hash, invalidated }
      }),
    )
    if (flags.json) yield* Console.log(JSON.stringify({ signature: hash, invalidated }, null, 2))
    else if (!flags.quiet)
      yield* Console.log(`Signature ${hash.slice(0, 12)}: ${count(invalidated, "program")} no longer adopted.`)
  }),
).pipe(
  Command.withDescription(
    "Un-adopt every program of a signature, and forget what was cached for it; with NATS, everywhere",
  ),
)

const listed = refused(ProgramStore.use((store) => store.list))

const undoAdoption = Effect.fnUntraced(function* (written: string) {
  const place = yield* findPlace(written, yield* listed)
  const { undone, now } = yield* refused(rollBackProgram(place))
  if (undone !== null) return { place, undone, now }
  yield* Console.error(`There is nothing to roll back: no program is adopted for ${placeText(place)}.`)
  return yield* new CommandFailed()
})

const findPlace = Effect.fnUntraced(function* (written: string, programs: ReadonlyArray<StoredProgram>) {
  const places = new Map(
    programs.flatMap(({ program: { workflow, step } }) =>
      workflow === null || step === null ? [] : [[placeText({ workflow, step }), { workflow, step }] as const],
    ),
  )
  const found = [...places].filter(([text, { step }]) => step === written || text === written)
  const [only, ...more] = found
  if (only !== undefined && more.length === 0) return only[1]
  const names = [...places.keys()]
  if (only !== undefined)
    return yield* wrongInput(
      `Several pipelines have a step "${written}"; say which: ${found.map(([text]) => text).join(", ")}`,
    )
  const near = nearestName(written, [...names, ...[...places.values()].map(({ step }) => step)])
  return yield* wrongInput(
    `No program was ever compiled for a step "${written}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
  )
})

const findSignature = Effect.fnUntraced(function* (written: string) {
  if (!/^[\da-f]{4,64}$/.test(written)) {
    const { readSignature } = yield* Effect.promise(() => import("../services/workflows/signatures/readSignature.ts"))
    const { Workflows } = yield* Effect.promise(() => import("../services/workflows/Workflows.ts"))
    const { signatureHash } = yield* Effect.promise(() => import("../signatureHash.ts"))
    return signatureHash((yield* Effect.provide(readSignature(written), Workflows.layer)).signature)
  }
  if (written.length === 64) return written
  const hashes = new Set((yield* listed).map(({ program }) => program.signatureHash))
  const [only, ...more] = [...hashes].filter((hash) => hash.startsWith(written))
  if (only !== undefined && more.length === 0) return only
  return yield* wrongInput(
    only === undefined
      ? `No program has a signature ${written}. \`doubletrack program list --json\` shows those there are.`
      : `"${written}" is the beginning of several signatures: ${[only, ...more].join(", ")}`,
  )
})
