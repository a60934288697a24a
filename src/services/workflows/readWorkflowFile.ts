import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import { errorAt, type Finding, type Position } from "./Finding.ts"
import { workflowLimits } from "./limits.ts"

/** Why a file cannot be read, and what the original implementation says then. */
export interface Unreadable {
  readonly finding: Finding
  readonly original: string
  /** Of the first byte that is not text; absent where the file as a whole cannot be read. */
  readonly position?: Position
}

/** The text of a workflow file, or why there is none. */
export const readWorkflowFile = (fileSystem: FileSystem.FileSystem, file: string): Effect.Effect<string, Unreadable> =>
  Effect.gen(function* () {
    const info = yield* fileSystem.stat(file)
    if (info.type === "Directory") {
      return yield* Effect.fail(refusal(file, "This is a directory. Name the workflow file inside it."))
    }
    if (info.size > BigInt(workflowLimits.maxBytes)) return yield* Effect.fail(tooLarge(file, String(info.size)))
    const bytes = yield* fileSystem.readFile(file)
    if (bytes.length > workflowLimits.maxBytes) return yield* Effect.fail(tooLarge(file, String(bytes.length)))
    return yield* Effect.mapError(decodeUtf8(bytes), (position) => ({ ...refusal(file, notUtf8), position }))
  }).pipe(Effect.catchTag("PlatformError", (error) => Effect.fail(unreadable(error, file))))

const unreadable = ({ reason }: PlatformError.PlatformError, file: string): Unreadable => {
  switch (reason._tag) {
    case "NotFound": {
      const message = "There is no such file. Check the path, or change to the directory it is relative to."
      return { finding: errorAt([], message), original: `Failed to read file: ${file}` }
    }
    case "PermissionDenied":
      return refusal(file, "The file may not be read. Give yourself read permission.")
    default:
      return refusal(file, `The file cannot be read (${reason._tag}).`)
  }
}

const refusal = (file: string, message: string): Unreadable => ({
  finding: errorAt([], message),
  original: `Failed to parse YAML: ${file}`,
})

const tooLarge = (file: string, bytes: string): Unreadable =>
  refusal(file, `The file has ${bytes} bytes; a workflow has at most ${workflowLimits.maxBytes}.`)

const notUtf8 = "From here on the file is not UTF-8 text. Save it as UTF-8."

const decodeUtf8 = (bytes: Uint8Array): Effect.Effect<string, Position> =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => firstBroken(new TextDecoder("utf-8").decode(bytes)),
  })

/** Where the lenient decoder first put a replacement character. */
const firstBroken = (text: string): Position => {
  const before = text.slice(0, Math.max(0, text.indexOf("\u{fffd}"))).split("\n")
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
