import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { carryOut, type Conclusion, type WorkHost } from "./carryOut.ts"
import type { Run } from "./Run.ts"
import type { RunWorker, WorkOptions } from "./RunWorker.ts"
import { localRate } from "./services/limits/localRate.ts"
import { rateOf } from "./services/limits/rate.ts"
import { SharedRuns } from "./services/nats/SharedRuns.ts"
import { type Delivery, WorkQueue } from "./services/nats/WorkQueue.ts"

/** How long runs that are given back are waited for, where NATS is away. */
const farewell = "5 seconds"

/** How often it is looked whether a run is to be cancelled, of which nothing was heard. */
const lookEvery = "10 seconds"

/** Takes runs from the queue, as many at a time as there are places, until it is stopped. */
export const workRuns = (
  host: WorkHost,
  /** Of all workers of the process: no two of them may be at the same run. */
  underWay: Map<string, RunUnderWay>,
  { concurrency, perMinute, onRun = () => {} }: WorkOptions & Required<Pick<WorkOptions, "concurrency">>,
): RunWorker => {
  const { managed, services, runs } = host
  const queue = Context.get(services, WorkQueue)
  const shared = Context.get(services, SharedRuns)
  const pace = perMinute === undefined ? Effect.void : localRate(rateOf(perMinute))
  const places = Semaphore.makeUnsafe(concurrency)
  const own = new Set<string>()
  const working = new Set<Promise<void>>()
  const taken = new AbortController()
  const ending = new AbortController()
  let stopping = false

  /** What the listener throws is no failure of the run. */
  const tell = (run: Run): void => {
    try {
      onRun(run)
    } catch (cause) {
      void managed.runPromise(Effect.logError(`What is told of run ${run.id} was thrown back.`, cause))
    }
  }

  const begin = (runId: string): RunUnderWay => {
    const entry: RunUnderWay = { run: null, cancelled: false, conclusion: Promise.resolve("lost") }
    const carried = carryOut(runId, host, {
      onRun: (run) => {
        entry.run = run
        if (entry.cancelled) cancel(runId)
        if (stopping) void runs.leave(run)
        tell(run)
      },
      isStopping: () => stopping,
    })
    entry.conclusion = managed.runPromise(carried, { signal: ending.signal }).finally(() => {
      underWay.delete(runId)
      own.delete(runId)
    })
    underWay.set(runId, entry)
    own.add(runId)
    return entry
  }

  const cancel = (runId: string): void => {
    const entry = underWay.get(runId)
    if (entry === undefined) return
    entry.cancelled = true
    void entry.run?.cancel().catch(() => {})
  }

  const lookForCancel = (runId: string) =>
    Effect.gen(function* () {
      yield* Effect.sleep(lookEvery)
      if (yield* Effect.orElseSucceed(queue.isCancelAsked(runId), () => false)) cancel(runId)
    }).pipe(Effect.forever)

  /** One that is delivered again, since no sign of life got through, is carried out once all the same. */
  const serve = (delivery: Delivery) =>
    Effect.gen(function* () {
      const { runId } = delivery
      const { conclusion } = underWay.get(runId) ?? begin(runId)
      const giveUp = Effect.sync(() => shared.giveUp(runId))
      const signs = Effect.raceFirst(delivery.keep(giveUp), lookForCancel(runId))
      const concluded = yield* Effect.raceFirst(
        signs,
        Effect.promise(() => conclusion),
      )
      yield* conclude(delivery, concluded)
    })

  /** Only waiting can be interrupted: what was delivered is served, or given back. */
  const take = Effect.gen(function* () {
    yield* Effect.interruptible(places.take(1))
    const delivery = yield* Effect.onInterrupt(Effect.andThen(Effect.interruptible(pace), queue.take), () =>
      places.release(1),
    )
    const served = managed.runPromise(Effect.ensuring(serve(delivery), places.release(1)), { signal: ending.signal })
    working.add(served)
    void served.then(
      () => working.delete(served),
      (cause: unknown) => {
        working.delete(served)
        if (ending.signal.aborted) return
        return managed.runPromise(Effect.logError(`Run ${delivery.runId} could not be carried out.`, cause))
      },
    )
  }).pipe(Effect.uninterruptible)

  const { signal } = taken
  const taking = managed.runPromiseExit(Effect.forever(take), { signal })
  const hearing = managed.runPromiseExit(queue.followCancels(cancel), { signal })

  return {
    stop: async () => {
      stopping = true
      taken.abort()
      for (const runId of own) {
        const run = underWay.get(runId)?.run ?? null
        if (run !== null) void runs.leave(run)
      }
      await Promise.all([taking, hearing])
      const over = Effect.timeoutOption(
        Effect.promise(() => Promise.allSettled(working)),
        farewell,
      )
      await managed.runPromise(over)
      for (const runId of own) shared.giveUp(runId)
      await managed.runPromise(over)
      ending.abort()
    },
  }
}

/** A run that a worker of this process is at. */
export interface RunUnderWay {
  run: Run | null
  cancelled: boolean
  conclusion: Promise<Conclusion>
}

const conclude = ({ done, giveBack }: Delivery, conclusion: Conclusion): Effect.Effect<void> => {
  if (conclusion === "over") return done
  return conclusion === "lost" ? Effect.void : giveBack(conclusion.againAfterMs)
}
