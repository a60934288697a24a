import { createHash } from "node:crypto"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../../canonicalJson.ts"
import { Json } from "../../Json.ts"
import { Program } from "../../Program.ts"
import { signatureHash } from "../../signatureHash.ts"
import { ProgramError } from "./ProgramStore.ts"

/** The version of the file format that this release reads and writes. */
const version = 1

/**
 * The id that this content has: `prog-` and 16 hex digits of the SHA-256 of its canonical JSON, without
 * `id` and `createdAt`. The same search with the same seed and answers gives the same id at any time.
 */
export const programId = (content: Omit<Program, "id">): string => {
  const { id: _id, createdAt: _createdAt, ...rest } = encode({ ...content, id: "" })
  return `prog-${createHash("sha256")
    .update(canonicalJson(toJson(rest)))
    .digest("hex")
    .slice(0, 16)}`
}

/** The program as a file: JSON with two spaces, keys in the order of the schema. */
export const encodeProgram = (program: Program): string => `${JSON.stringify(encode(program), null, 2)}\n`

/** Reads a program file; `file` is how messages name it. */
export const decodeProgram = (text: string, file: string): Result.Result<Program, ProgramError> =>
  Result.gen(function* () {
    const value = yield* parse(text, file)
    const found = Predicate.hasProperty(value, "v") ? value.v : undefined
    if (found === undefined || !Predicate.hasProperty(value, "candidate")) return yield* unsupported(file, noProgram)
    if (found !== version) return yield* unsupported(file, otherVersion(found))
    const program = yield* Result.mapError(decode(value), ({ message }) =>
      damaged(file, `it is no whole program: ${message.replaceAll(/\s*\n\s*/g, " ")}`),
    )
    const id = programId(program)
    if (id !== program.id) return yield* Result.fail(damaged(file, edited(program.id, id)))
    if (signatureHash(program.signature) !== program.signatureHash)
      return yield* Result.fail(damaged(file, "its signature does not have the hash that it names"))
    return program
  })

const encode = Schema.encodeSync(Program)
const decode = Schema.decodeUnknownResult(Program)
const toJson = Schema.decodeUnknownSync(Json)

const parse = (text: string, file: string): Result.Result<unknown, ProgramError> =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: () => damaged(file, text.trimEnd().endsWith("}") ? "it is not JSON" : "it is cut short"),
  })

const noProgram =
  "is no program file of Doubletrack. A state file that DSPy saved is imported with `doubletrack program import FILE --signature F`"

const otherVersion = (found: unknown): string =>
  `is of version ${JSON.stringify(found)}, and this release reads version ${version}. Update doubletrack, or export the program again with this release`

const edited = (id: string, actual: string): string =>
  `it was edited: its id ${id} does not match its content, which has ${actual}`

const damaged = (file: string, what: string): ProgramError =>
  new ProgramError({ reason: "damaged", message: `${file}: ${what}. Export or compile the program again.` })

const unsupported = (file: string, what: string) =>
  Result.fail(new ProgramError({ reason: "unsupported", message: `${file} ${what}.` }))
