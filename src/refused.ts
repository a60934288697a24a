import * as Effect from "effect/Effect"
import { InputError, wrongInput } from "./InputError.ts"
import { StoreError } from "./services/store/StoreError.ts"

/** Why something asked of a Doubletrack is not done. */
export type Refusal = InputError | StoreError

/**
 * What a service refuses, as whoever asked is told: it is theirs to put right, as wrong input, unless the store cannot be used,
 * which is wrong whatever they ask. The command line exits with 2 for the one, with 1 for the other.
 */
export const refused = <A, E extends { readonly message: string; readonly cause?: unknown }, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, Refusal, R> => Effect.mapError(effect, refusalOf)

const refusalOf = (error: { readonly message: string; readonly cause?: unknown }): Refusal => {
  if (error instanceof InputError || error instanceof StoreError) return error
  return error.cause instanceof StoreError ? error.cause : wrongInput(error.message)
}
