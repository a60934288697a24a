import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import { errorAt, type Finding } from "./Finding.ts"
import { workflowLimits } from "./limits.ts"

/** Why a file cannot be read, and what the original implementation says then. */
export interface Unreadable {
  readonly finding: Finding
  readonly original: string
}

/** The text of a workflow file, or why there is none. */
export const readWorkflowFile = (fileSystem: FileSystem.FileSystem, file: string): Effect.Effect<string, Unreadable> =>
  Effect.gen(function* () {
    const info = yield* fileSystem.stat(file)
    if (info.type === "Directory") {
      return yield* Effect.fail(errorAt([], "This is a directory. Name the workflow file inside it."))
    }
    if (info.size > BigInt(workflowLimits.maxBytes)) return yield* Effect.fail(tooLarge(String(info.size)))
    const bytes = yield* fileSystem.readFile(file)
    if (bytes.length > workflowLimits.maxBytes) return yield* Effect.fail(tooLarge(String(bytes.length)))
    return yield* Effect.fromResult(decodeUtf8(bytes))
  }).pipe(Effect.mapError((error) => unreadable(error, file)))

const unreadable = (error: Finding | PlatformError.PlatformError, file: string): Unreadable => {
  const unparsable = `Failed to parse YAML: ${file}`
  if (!("_tag" in error)) return { finding: error, original: unparsable }
  switch (error.reason._tag) {
    case "NotFound":
      return {
        finding: errorAt([], "There is no such file. Check the path, or change to the directory it is relative to."),
        original: `Failed to read file: ${file}`,
      }
    case "PermissionDenied":
      return {
        finding: errorAt([], "The file may not be read. Give yourself read permission."),
        original: unparsable,
      }
    default:
      return { finding: errorAt([], `The file cannot be read (${error.reason._tag}).`), original: unparsable }
  }
}

const tooLarge = (bytes: string): Finding =>
  errorAt([], `The file has ${bytes} bytes; a workflow has at most ${workflowLimits.maxBytes}.`)

const decodeUtf8 = (bytes: Uint8Array): Result.Result<string, Finding> =>
  Result.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => notUtf8(bytes),
  })

/** Points at the first byte that is not UTF-8, by decoding what stands before it. */
const notUtf8 = (bytes: Uint8Array): Finding => {
  const lenient = new TextDecoder("utf-8").decode(bytes)
  const broken = lenient.indexOf("\u{fffd}")
  const before = lenient.slice(0, Math.max(0, broken)).split("\n")
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  return errorAt([], `The file is not UTF-8 text: the first wrong byte is at ${place}. Save it as UTF-8.`)
}
