import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type InputError, wrongInput } from "../../InputError.ts"
import type { Program } from "../../Program.ts"
import { signatureDifference } from "../../signatureDifference.ts"
import { signatureHash } from "../../signatureHash.ts"
import { type ReadSignature, readSignature } from "../workflows/signatures/readSignature.ts"
import type { Workflows } from "../workflows/Workflows.ts"
import { type ImportedProgram, importDspyState } from "./importDspyState.ts"
import { decodeProgram, programId } from "./programFile.ts"
import { ProgramError } from "./ProgramStore.ts"

/** A program file of ours or a state of DSPy, and what is said about it. */
export interface ProgramSource {
  readonly text: string
  readonly file: string
  /** As `readSignature` takes it. A state of DSPy needs one; one of ours is checked against it. */
  readonly signature: string | undefined
  readonly predictor: string | undefined
  /** Which step it is for, in place of what file and signature say. */
  readonly place: { readonly workflow: string; readonly step: string } | undefined
  /** ISO time; for what does not carry its own. */
  readonly createdAt: string
}

/** Reads either kind. A program that moves to another step is another one: it gets an id of its own. */
export const readProgram = Effect.fnUntraced(function* (
  source: ProgramSource,
): Effect.fn.Return<ImportedProgram, ProgramError | InputError, FileSystem.FileSystem | Workflows> {
  const given = source.signature === undefined ? undefined : yield* readSignature(source.signature)
  if (isOurs(source.text)) return yield* Effect.fromResult(ourProgram(source, given))
  if (given === undefined) return yield* wrongInput(`${source.file}: ${signatureNeeded}`)
  return yield* Effect.fromResult(
    importDspyState({
      text: source.text,
      file: source.file,
      signature: given.signature,
      ...(source.predictor === undefined ? {} : { predictor: source.predictor }),
      workflow: source.place?.workflow ?? given.workflow,
      step: source.place?.step ?? given.step,
      createdAt: source.createdAt,
    }),
  )
})

const signatureNeeded =
  "a state file of DSPy names no fields and no types. Say what its signature is with --signature F: a file, FILE#STEP of a pipeline, or 'question -> answer'."

/** By its own keys; one that is cut short is known by how it begins. */
const isOurs = (text: string): boolean => {
  const parsed = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))(text)
  return Result.isSuccess(parsed)
    ? Predicate.hasProperty(parsed.success, "v") && Predicate.hasProperty(parsed.success, "candidate")
    : /^\s*\{\s*"v"\s*:/.test(text)
}

const ourProgram = (
  { text, file, place }: ProgramSource,
  given: ReadSignature | undefined,
): Result.Result<ImportedProgram, ProgramError> =>
  Result.flatMap(decodeProgram(text, file), (program) => {
    if (given !== undefined && signatureHash(given.signature) !== program.signatureHash)
      return Result.fail(wrongSignature(file, program, given))
    const workflow = place?.workflow ?? given?.workflow ?? program.workflow
    const step = place?.step ?? given?.step ?? program.step
    const moved = { ...program, workflow, step }
    return Result.succeed({ program: { ...moved, id: programId(moved) }, notes: [] })
  })

const wrongSignature = (file: string, { id, signature }: Program, given: ReadSignature) =>
  new ProgramError({
    reason: "wrong_signature",
    message: `${file}: program ${id} was made for another signature: ${signatureDifference(signature, given.signature)}.`,
  })
