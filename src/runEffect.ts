import * as Effect from "effect/Effect"
import { InputError } from "./InputError.ts"
import type { Run } from "./Run.ts"
import type { RunReport } from "./RunReport.ts"

/** A run as an effect. Interrupting it cancels the run and waits until it has wound down. */
export const runEffect = (start: () => Run): Effect.Effect<RunReport, InputError> =>
  Effect.callback((resume) => {
    const run = start()
    run.result.then(
      (report) => resume(Effect.succeed(report)),
      (error: unknown) => resume(error instanceof InputError ? Effect.fail(error) : Effect.die(error)),
    )
    return Effect.promise(() =>
      run.cancel().then(
        () => {},
        () => {},
      ),
    )
  })
