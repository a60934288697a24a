import * as Context from "effect/Context"

/** Told of each call that was answered without asking its model. */
export interface CachedCalls {
  readonly used: () => void
}

/**
 * Whether calls may be answered by what was answered before, and who is told; null: every call is asked anew. That is
 * the default, so that whoever compares, judges or optimizes gets answers that were made for it.
 */
export const ResponseCaching = Context.Reference<CachedCalls | null>("doubletrack/services/models/ResponseCaching", {
  defaultValue: () => null,
})
