import * as Effect from "effect/Effect"
import * as References from "effect/References"
import type { Program } from "../../Program.ts"
import { type ProgramError, type ProgramPlace, ProgramStore } from "../programs/ProgramStore.ts"

/** What a compilation is up against. */
export interface ProgramInUse {
  readonly program: Program | null
  /** Why the one that is adopted cannot be read. Runs do without it, so there is none to be better than. */
  readonly lost: string | null
}

/** The program in use at a place. Fails where the store could not keep another one either. */
export const programInUse = (place: ProgramPlace): Effect.Effect<ProgramInUse, ProgramError, ProgramStore> =>
  ProgramStore.use((store) => {
    // Listing reads what else belongs to the place.
    const rest = Effect.provideService(store.list, References.MinimumLogLevel, "None")
    const withoutIt = (error: ProgramError) =>
      Effect.matchEffect(rest, {
        onFailure: () => Effect.fail(error),
        onSuccess: () => Effect.succeed<ProgramInUse>({ program: null, lost: error.message }),
      })
    return store.adopted(place).pipe(
      Effect.map((program): ProgramInUse => ({ program, lost: null })),
      Effect.catchIf((error) => error.reason === "damaged", withoutIt),
    )
  })
