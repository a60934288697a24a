import * as Effect from "effect/Effect"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Stream from "effect/Stream"
import type { DspyOptions } from "./DspyOptions.ts"
import { installVariables } from "./pythonVariables.ts"
import { textTail } from "./textTail.ts"

export interface PythonEnd {
  readonly succeeded: boolean
  /** The end of what it wrote to either stream. */
  readonly said: string
}

/** Runs a command to its end, handing over its lines; interrupting it kills it and what it started. A command that cannot be started has failed. */
export const runPython = Effect.fnUntraced(function* (
  python: string,
  args: ReadonlyArray<string>,
  environment: DspyOptions["environment"],
  onLine: (line: string) => Effect.Effect<void> = () => Effect.void,
): Effect.fn.Return<PythonEnd, never, ChildProcessSpawner> {
  const spawner = yield* ChildProcessSpawner
  const tail = textTail()
  return yield* spawner.spawn(pythonCommand(python, args, environment)).pipe(
    Effect.flatMap((handle) =>
      handle.all.pipe(
        Stream.decodeText(),
        Stream.splitLines,
        Stream.runForEach((line) => {
          tail.add(`${line}\n`)
          return onLine(line)
        }),
        Effect.andThen(handle.exitCode),
      ),
    ),
    Effect.map((status) => ({ succeeded: status === 0, said: tail.lastLines(3) })),
    Effect.catch((error) => Effect.succeed({ succeeded: false, said: tail.lastLines(3) || error.message })),
    Effect.scoped,
  )
})

const pythonCommand = (python: string, args: ReadonlyArray<string>, environment: DspyOptions["environment"]) =>
  ChildProcess.make(python, args, {
    env: installVariables(environment),
    stdin: "ignore",
    forceKillAfter: "3 seconds",
  })
