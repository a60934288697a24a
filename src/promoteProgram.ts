import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import { type ProgramError, ProgramStore, type StoredProgram } from "./services/programs/ProgramStore.ts"
import type { StoreError } from "./services/store/StoreError.ts"
import { nothingServed } from "./streams/experiment/newExperiment.ts"

/** Adopts a program by hand. How often it failed before is no reason to take it out of use again. */
export const promoteProgram = Effect.fnUntraced(function* (
  programId: string,
): Effect.fn.Return<StoredProgram, ProgramError | StoreError, ProgramStore | ExperimentStore> {
  const promoted = yield* ProgramStore.use(({ promote }) => promote(programId))
  const store = yield* ExperimentStore
  const updatedAt = DateTime.formatIso(yield* DateTime.now)
  for (const experiment of yield* store.list) {
    if (experiment.subject.programId !== promoted.program.id) continue
    yield* store.update(experiment, (before) => ({ ...before, updatedAt, served: nothingServed }), { unit: null })
  }
  return promoted
})
