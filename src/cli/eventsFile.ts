import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { InputError } from "../InputError.ts"
import type { RunEvent } from "../RunEvent.ts"

/**
 * Opens a file to which events are appended, one line each, as they happen. Where it cannot be written any more,
 * such as on a full disk, this is said once and the run goes on: its answer is worth more than its record.
 */
export const openEventsFile = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const file = yield* fileSystem
    .open(path, { flag: "a" })
    .pipe(Effect.mapError((error) => refusal(path, error.reason._tag)))
  const encoder = new TextEncoder()
  let broken = false
  return (event: RunEvent): Effect.Effect<void> =>
    Effect.suspend(() => (broken ? Effect.void : file.writeAll(encoder.encode(`${JSON.stringify(event)}\n`)))).pipe(
      Effect.catch(() => {
        broken = true
        return Console.error(`--events ${path}: this file cannot be written any more; it lacks the events from here on`)
      }),
    )
})

const refusal = (path: string, reason: string): InputError => {
  const message = reason === "NotFound" ? "its folder does not exist; make it first" : "this file cannot be written"
  const problem = { file: `--events ${path}`, line: 1, column: 1, path: "", message, severity: "error" } as const
  return new InputError({ message: `${problem.file}: ${message}`, problems: [problem] })
}
