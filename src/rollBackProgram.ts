import * as Effect from "effect/Effect"
import type { StepPlace } from "./services/experiments/ExperimentStore.ts"
import { type ProgramError, ProgramStore, type StoredProgram } from "./services/programs/ProgramStore.ts"
import { SystemFactRecorder } from "./services/SystemFactRecorder.ts"

/** What came of undoing an adoption. */
export interface RolledBack {
  /** Id of the program that is not served any more; null where none was. */
  readonly undone: string | null
  /** What is served in its place; null: no program. */
  readonly now: StoredProgram | null
}

/** Undoes the last adoption of a step, by hand. */
export const rollBackProgram = Effect.fnUntraced(function* (
  place: StepPlace,
): Effect.fn.Return<RolledBack, ProgramError, ProgramStore> {
  const adopted = yield* adoptedFor(place)
  const now = yield* ProgramStore.use(({ rollback }) => rollback(place))
  const still = yield* adoptedFor(place)
  const undone = adopted.find((id) => !still.includes(id)) ?? null
  if (undone !== null) {
    const { record } = yield* SystemFactRecorder
    const { workflow, step } = place
    const reason = "rolled back by hand"
    const replacedBy = now?.program.id ?? null
    yield* record({ _tag: "ProgramRolledBack", workflow, step, programId: undone, reason, replacedBy })
  }
  return { undone, now }
})

/** One program for each signature that the step has, or had. */
const adoptedFor = ({ workflow, step }: StepPlace) =>
  Effect.map(
    ProgramStore.use(({ list }) => list),
    (stored) =>
      stored.flatMap(({ program, status }) =>
        status.adopted && program.workflow === workflow && program.step === step ? [program.id] : [],
      ),
  )
