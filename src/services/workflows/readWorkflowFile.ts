import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import { errorAt, type Finding } from "./Finding.ts"
import { workflowLimits } from "./limits.ts"

/** The text of a workflow file, or why there is none. */
export const readWorkflowFile = (fileSystem: FileSystem.FileSystem, file: string): Effect.Effect<string, Finding> =>
  Effect.gen(function* () {
    const info = yield* Effect.mapError(fileSystem.stat(file), unreadable)
    if (info.type === "Directory") {
      return yield* Effect.fail(errorAt([], "This is a directory. Name the workflow file inside it."))
    }
    if (info.size > BigInt(workflowLimits.maxBytes)) return yield* Effect.fail(tooLarge(String(info.size)))
    const bytes = yield* Effect.mapError(fileSystem.readFile(file), unreadable)
    if (bytes.length > workflowLimits.maxBytes) return yield* Effect.fail(tooLarge(String(bytes.length)))
    return yield* Effect.fromResult(decodeUtf8(bytes))
  })

const unreadable = (error: PlatformError.PlatformError): Finding => {
  switch (error.reason._tag) {
    case "NotFound":
      return errorAt([], "There is no such file. Check the path, or change to the directory it is relative to.")
    case "PermissionDenied":
      return errorAt([], "The file may not be read. Give yourself read permission.")
    default:
      return errorAt([], `The file cannot be read (${error.reason._tag}).`)
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
