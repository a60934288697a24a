import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import { programErrorOf } from "./services/programs/programErrorOf.ts"
import { type ProgramError, ProgramStore, type StoredProgram } from "./services/programs/ProgramStore.ts"
import { SystemFactRecorder } from "./services/SystemFactRecorder.ts"
import { nothingServed } from "./streams/experiment/newExperiment.ts"

/** Adopts a program by hand. How often it failed before is no reason to take it out of use again. */
export const promoteProgram = Effect.fnUntraced(function* (
  programId: string,
): Effect.fn.Return<StoredProgram, ProgramError, ProgramStore | ExperimentStore> {
  const promoted = yield* ProgramStore.use(({ promote }) => promote(programId))
  const { program, status } = promoted
  const { workflow, step } = program
  if (workflow !== null && step !== null) {
    const { record } = yield* SystemFactRecorder
    yield* record({ _tag: "ProgramAdopted", workflow, step, programId: program.id, reason: status.reason })
  }
  const store = yield* ExperimentStore
  const updatedAt = DateTime.formatIso(yield* DateTime.now)
  for (const experiment of yield* Effect.mapError(store.list, programErrorOf)) {
    if (experiment.subject.programId !== program.id) continue
    yield* store.update(experiment, (before) => ({ ...before, updatedAt, served: nothingServed }), { unit: null })
  }
  return promoted
})
