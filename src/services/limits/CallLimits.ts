import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** How one model may be asked. */
export interface CallLimit {
  /**
   * Does the work, one request, as soon as it may be done: it counts against the rate from its beginning, and takes up a
   * slot until its end. It is told how long it had to wait, ms. Those that wait come in the order in which they came.
   */
  readonly pass: <A, E, R>(work: (waitedMs: number) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

export interface CallLimits {
  /** Null: nothing holds this model's calls back. */
  readonly of: (model: string) => CallLimit | null
}

const unlimited: CallLimits = { of: () => null }

/** What attempts at model calls have to pass; by default nothing. */
export const CallLimits = Context.Reference<CallLimits>("doubletrack/services/limits/CallLimits", {
  defaultValue: () => unlimited,
})
