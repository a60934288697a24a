import * as Effect from "effect/Effect"
import { hindranceOf } from "./hindrance.ts"
import type { Run } from "./Run.ts"
import { Journal } from "./services/journal/Journal.ts"

/** What resuming by itself is done with. */
export interface ResumptionHost {
  readonly run: <A>(effect: Effect.Effect<A, never, Journal>) => Promise<A>
  /** Resumes a run in nobody's name. */
  readonly resume: (runId: string) => Run
  /** Told of each run that goes on. */
  readonly onResume: (run: Run) => void
  /** How often it is looked for what other processes have left. */
  readonly everyMs: number
}

/** Resumes what nobody is at any more, now and as time passes, until it is closed. What needs a person is said once. */
export const resumeInterrupted = ({ run, resume, onResume, everyMs }: ResumptionHost) => {
  const leftAlone = new Set<string>()
  const leave = (runId: string, why: string) => {
    leftAlone.add(runId)
    return run(Effect.logWarning(why))
  }
  let closed = false

  const goOn = (runId: string) => {
    const resumed = resume(runId)
    resumed.result.catch((error: unknown) => leave(runId, `run ${runId} does not go on here: ${String(error)}`))
    onResume(resumed)
  }
  const look = async () => {
    for (const runId of await run(interruptedRuns)) {
      if (closed || leftAlone.has(runId)) continue
      const hindrance = await run(hindranceTo(runId))
      if (closed) return
      if (hindrance === null) goOn(runId)
      else await leave(runId, hindrance)
    }
  }

  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, everyMs)
  timer.unref()
  return async (): Promise<void> => {
    closed = true
    clearInterval(timer)
    await looking
  }
}

const interruptedRuns = Journal.use((journal) => Effect.orElseSucceed(journal.interrupted, () => []))

/** Why a run is not resumed without a person; null where it can be. */
const hindranceTo = (runId: string): Effect.Effect<string | null, never, Journal> =>
  Journal.use((journal) => journal.read(runId)).pipe(
    Effect.map(hindranceOf),
    Effect.catch(({ message }) => Effect.succeed(message)),
  )
