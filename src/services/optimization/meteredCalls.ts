import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { Price } from "../../Settings.ts"
import { noUsage } from "../../Usage.ts"
import { CallMeter, type Meter } from "../models/CallMeter.ts"
import { estimateCostUsd } from "../models/estimateCall.ts"
import { type ModelAnswer, ModelError, type ModelRequest } from "../models/Models.ts"
import { type Budget, exhausted, type Reservation } from "./Budget.ts"
import type { CallJournal, CallOutcome } from "./CallJournal.ts"
import { callKey } from "./callKey.ts"
import { FirstCalls } from "./FirstCalls.ts"
import { OptimizationError } from "./Optimizer.ts"

/** The model calls of one job: counted, bounded, journaled, each made once. */
export interface MeteredCalls {
  /**
   * Runs work whose model calls, wherever they are made, belong to the job. Fails with `budget_exhausted`, having begun
   * nothing, where this many calls are not left; and where the work wanted more than were left.
   */
  readonly within: <A, E, R>(calls: number, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | OptimizationError, R>
}

export interface MeteredCallsOptions {
  readonly budget: Budget
  readonly journal: CallJournal
  readonly prices: Readonly<Record<string, Price>>
  /** Calls at the same time. */
  readonly concurrency: number
}

export const meteredCalls = ({ budget, journal, prices, concurrency }: MeteredCallsOptions): MeteredCalls => {
  const permits = Semaphore.makeUnsafe(concurrency)
  const first = new FirstCalls()
  const known = new Map<string, Deferred.Deferred<CallOutcome | null>>()
  let ended: OptimizationError | null = null

  const refuse = (reservation: Reservation, error: OptimizationError, request: ModelRequest) => {
    reservation.refused ??= error
    return new ModelError({ reason: "bad_request", message: error.message, model: request.model, usage: noUsage })
  }

  /** What was answered is kept, whatever interrupts the job. */
  const called = Effect.fnUntraced(function* (
    key: string,
    request: ModelRequest,
    call: Effect.Effect<ModelAnswer, ModelError>,
    reservation: Reservation,
  ) {
    const estimateUsd = (yield* estimateCostUsd(request, prices)) ?? budget.meanCostUsd
    const nowMs = yield* Clock.currentTimeMillis
    const refused = ended ?? budget.take(reservation, estimateUsd, nowMs)
    if (refused !== null) return yield* refuse(reservation, refused, request)

    let usage = noUsage
    return yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const recalled = journal.recall(key)
        const asked = inTime(Effect.map(Effect.result(call), outcomeOf), request, reservation)
        const outcome = recalled ?? (yield* restore(asked))
        usage = usageOf(outcome)
        ended ??= first.add(outcome)
        if (recalled === undefined) yield* keep(key, outcome)
        return outcome
      }),
    ).pipe(Effect.ensuring(Effect.sync(() => budget.settle(estimateUsd, usage))))
  })

  const inTime = (call: Effect.Effect<CallOutcome>, request: ModelRequest, reservation: Reservation) =>
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
      const duration = budget.msLeft(nowMs)
      if (!Number.isFinite(duration)) return call
      return Effect.timeoutOrElse(call, {
        duration,
        orElse: () => Effect.fail(refuse(reservation, timeIsUp, request)),
      })
    })

  const keep = (key: string, outcome: CallOutcome) =>
    journal.keep(key, outcome).pipe(
      Effect.catch(({ message }) =>
        Effect.sync(() => {
          ended ??= new OptimizationError({
            reason: "configuration",
            message: `The journal cannot be kept. ${message}`,
          })
        }),
      ),
    )

  const once = (
    key: string,
    request: ModelRequest,
    call: Effect.Effect<ModelAnswer, ModelError>,
    reservation: Reservation,
  ): Effect.Effect<ModelAnswer, ModelError> =>
    Effect.suspend(() => {
      const underWay = known.get(key)
      if (underWay !== undefined) {
        return Effect.flatMap(Deferred.await(underWay), (outcome) =>
          outcome === null ? once(key, request, call, reservation) : answerOf(outcome),
        )
      }
      const deferred = Deferred.makeUnsafe<CallOutcome | null>()
      known.set(key, deferred)
      return permits.withPermit(called(key, request, call, reservation)).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            if (Exit.isFailure(exit)) known.delete(key)
            Deferred.doneUnsafe(deferred, Effect.succeed(Exit.isSuccess(exit) ? exit.value : null))
          }),
        ),
        Effect.flatMap(answerOf),
      )
    })

  const meterFor =
    (reservation: Reservation): Meter =>
    (request, call) =>
      once(callKey(request), request, call, reservation)

  return {
    within: (calls, work) =>
      Effect.gen(function* () {
        if (ended !== null) return yield* ended
        const reservation = budget.reserve(calls, yield* Clock.currentTimeMillis)
        if (reservation instanceof OptimizationError) return yield* reservation
        const exit = yield* Effect.exit(Effect.provideService(work, CallMeter, meterFor(reservation))).pipe(
          Effect.ensuring(Effect.sync(() => budget.release(reservation))),
        )
        const stopped = ended ?? reservation.refused
        if (stopped !== null) return yield* stopped
        return yield* exit
      }),
  }
}

const timeIsUp = exhausted("the time that is allowed is over (--max-time)")

const outcomeOf = (result: Result.Result<ModelAnswer, ModelError>): CallOutcome =>
  Result.isSuccess(result) ? { _tag: "Answered", ...result.success } : { _tag: "Failed", error: result.failure }

const usageOf = (outcome: CallOutcome) =>
  outcome._tag === "Answered" ? outcome.usage : (outcome.error.usage ?? noUsage)

const answerOf = (outcome: CallOutcome): Effect.Effect<ModelAnswer, ModelError> => {
  if (outcome._tag === "Failed") return Effect.fail(outcome.error)
  const { _tag, ...answer } = outcome
  return Effect.succeed(answer)
}
