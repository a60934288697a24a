import * as Effect from "effect/Effect"
import type { AdoptionBoard } from "./adoptionBoard.ts"
import type { ProgramShare } from "./programShare.ts"
import { type ProgramError, type ProgramPlace, ProgramStore, type StoredProgram } from "./ProgramStore.ts"

export interface SharedDecisionsOptions {
  readonly board: AdoptionBoard
  readonly share: ProgramShare
}

/** Programs of which the fleet is told what is decided here, and of which what others decided is done before one is served. */
export const sharedDecisions = (
  local: ProgramStore["Service"],
  { board, share }: SharedDecisionsOptions,
): ProgramStore["Service"] => {
  const adoptedFor = ({ workflow, step }: Pick<ProgramPlace, "workflow" | "step">) =>
    Effect.map(local.list, (all) =>
      all.flatMap(({ program, status }) =>
        status.adopted && program.workflow === workflow && program.step === step ? [program] : [],
      ),
    )

  /** What comes up again when another program goes, unless it was taken out of use on another node. */
  const allowed = Effect.fnUntraced(function* (
    restored: StoredProgram | null,
  ): Effect.fn.Return<StoredProgram | null, ProgramError> {
    let next = restored
    while (next !== null && board.isBarred(next.program)) {
      const { replacedBy } = yield* local.withdraw(next.program.id, "taken out of use on another node")
      next = replacedBy === null ? null : yield* local.get(replacedBy.id)
    }
    return next
  })

  const saveAdopted: ProgramStore["Service"]["save"] = Effect.fnUntraced(function* (program, status) {
    yield* local.save(program, status)
    yield* board.decide(program, { programId: program.id, reason: status.reason })
  }, board.undisturbed)

  return ProgramStore.of({
    ...local,
    save: (program, status) => (status.adopted ? saveAdopted : local.save)(program, status),
    adopted: (place) => Effect.andThen(board.settle(place), local.adopted(place)),
    promote: Effect.fnUntraced(function* (id) {
      const promoted = yield* local.promote(id)
      yield* board.decide(promoted.program, { programId: id, reason: promoted.status.reason })
      return promoted
    }, board.undisturbed),
    rollback: Effect.fnUntraced(function* (place) {
      const before = yield* adoptedFor(place)
      const restored = yield* allowed(yield* local.rollback(place))
      const after = new Set((yield* adoptedFor(place)).map(({ id }) => id))
      const undone = before.find(({ id }) => !after.has(id))
      if (undone === undefined) return restored
      const programId = restored?.program.id ?? null
      yield* board.decide(undone, { programId, reason: "rolled back", withdrawn: undone.id })
      return restored
    }, board.undisturbed),
    withdraw: Effect.fnUntraced(function* (id, reason) {
      const withdrawal = yield* local.withdraw(id, reason)
      if (!withdrawal.withdrawn) return withdrawal
      const { program } = yield* local.get(id)
      const next = withdrawal.replacedBy === null ? null : yield* local.get(withdrawal.replacedBy.id)
      const replacedBy = (yield* allowed(next))?.program ?? null
      yield* board.decide(program, { programId: replacedBy?.id ?? null, reason, withdrawn: id })
      return { withdrawn: true, replacedBy }
    }, board.undisturbed),
    withdrawnBecause: Effect.fnUntraced(function* (program) {
      yield* board.settle(program)
      const here = yield* local.withdrawnBecause(program)
      return here ?? (board.isBarred(program) ? "on another node" : null)
    }),
    lastAdopted: (signatureHash, except) =>
      Effect.map(local.lastAdopted(signatureHash, except), (program) =>
        program === null || board.isBarred(program) ? null : program,
      ),
    rows: (hash) =>
      local
        .rows(hash)
        .pipe(
          Effect.catch((error) =>
            Effect.orElseSucceed(share.rows(hash), () => null).pipe(
              Effect.flatMap((rows) => (rows === null ? Effect.fail(error) : Effect.as(local.saveRows(rows), rows))),
            ),
          ),
        ),
  })
}
