import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { Program } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { signatureDifference } from "../../signatureDifference.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { adopt, adoptedUnder, withoutProgram, withoutSignature } from "./adoptions.ts"
import { demoRows } from "./demoRows.ts"
import { programErrorOf } from "./programErrorOf.ts"
import { adoptionPlaces, adoptionsOf, anyStep, programRecords, putAdoptions } from "./programRecords.ts"
import { withdrawals } from "./withdrawals.ts"
import { ProgramError, ProgramStore, type StoredProgram, type Withdrawal } from "./ProgramStore.ts"

/** Programs in the embedded store. Nothing is opened before the first call. */
export const programStoreLayer: Layer.Layer<ProgramStore, never, Store> = Layer.effect(
  ProgramStore,
  Effect.map(Store, (store) => {
    const records = programRecords()
    type Outcome<A> = Result.Result<A, ProgramError>
    const read = <A>(work: (entries: EntryReader) => Outcome<A>) => programOutcome(store.read(work))
    const write = <A>(work: (entries: EntryWriter) => Outcome<A>) => programOutcome(store.write(work))

    const replace = (entries: EntryWriter, program: Program, reason: string): void => {
      const before = adoptionsOf(entries, program)
      const replaced = adoptedUnder(before, program.signatureHash)
      if (replaced !== undefined) records.putReason(entries, replaced, `replaced by ${program.id}`)
      putAdoptions(entries, program, adopt(before, program))
      withdrawals.forget(entries, program)
      records.putReason(entries, program.id, reason)
      records.dropWithdrawal(entries, program.id)
    }

    return ProgramStore.of({
      save: (program, { adopted, reason }) =>
        write((entries) => {
          if (!records.has(entries, program.id)) records.put(entries, program)
          if (adopted) replace(entries, program, reason)
          else if (adoptedUnder(adoptionsOf(entries, program), program.signatureHash) !== program.id)
            records.putReason(entries, program.id, reason)
          return Result.succeed(undefined)
        }),

      adopted: (place) =>
        read((entries) => {
          const own = adoptionsOf(entries, place)
          const id =
            adoptedUnder(own, place.signatureHash) ?? adoptedUnder(adoptionsOf(entries, anyStep), place.signatureHash)
          if (id !== undefined) return Result.map(records.get(entries, id), ({ program }) => program)
          const other = own.at(-1)
          const { signature } = place
          if (other === undefined || signature === undefined) return Result.succeed(null)
          return Result.flatMap(records.get(entries, other.id), ({ program }) =>
            Result.fail(wrongSignature(program, signature)),
          )
        }),

      get: (id) => read((entries) => records.get(entries, id)),

      list: Effect.suspend(() => read((entries) => Result.succeed(records.all(entries)))).pipe(
        Effect.flatMap(readable),
      ),

      promote: (id) =>
        write((entries) =>
          Result.map(records.get(entries, id), ({ program }) => {
            replace(entries, program, "promoted by hand")
            return { program, status: { adopted: true, reason: "promoted by hand" } }
          }),
        ),

      rollback: (place) =>
        write((entries) => {
          const before = adoptionsOf(entries, place)
          const last = before.at(-1)
          if (last === undefined) return Result.succeed(null)
          const after = before.slice(0, -1)
          const id = adoptedUnder(after, last.signatureHash)
          const restored = id === undefined ? Result.succeed(null) : records.get(entries, id)
          if (Result.isFailure(restored)) return restored
          putAdoptions(entries, place, after)
          records.putReason(entries, last.id, "rolled back")
          records.putWithdrawal(entries, last.id, "rolled back")
          if (restored.success === null) {
            withdrawals.put(entries, { ...place, ...last })
            return restored
          }
          const reason = `taken up again when ${last.id} was rolled back`
          records.putReason(entries, restored.success.program.id, reason)
          return Result.succeed({ ...restored.success, status: { adopted: true, reason } })
        }),

      withdraw: (id, reason) =>
        write((entries) =>
          Result.flatMap(records.get(entries, id), ({ program }): Outcome<Withdrawal> => {
            const before = adoptionsOf(entries, program)
            if (adoptedUnder(before, program.signatureHash) !== id) return Result.succeed(notInUse)
            const after = withoutProgram(before, id)
            putAdoptions(entries, program, after)
            records.putReason(entries, id, reason)
            records.putWithdrawal(entries, id, reason)
            const next = adoptedUnder(after, program.signatureHash)
            if (next === undefined) {
              withdrawals.put(entries, program)
              return Result.succeed({ withdrawn: true, replacedBy: null })
            }
            records.putReason(entries, next, `taken up again when ${id} was withdrawn`)
            return Result.map(records.get(entries, next), ({ program: replacedBy }) => ({
              withdrawn: true,
              replacedBy,
            }))
          }),
        ),

      withdrawnBecause: ({ id }) => read((entries) => Result.succeed(records.withdrawal(entries, id))),

      withdrawn: (place) =>
        read((entries) => {
          const id = withdrawals.at(entries, place)
          return id === null ? Result.succeed(null) : records.get(entries, id)
        }),

      lastAdopted: (signatureHash, except) =>
        read((entries) => {
          const ids = adoptionPlaces(entries).flatMap((place) =>
            adoptionsOf(entries, place).filter((adoption) => adoption.signatureHash === signatureHash),
          )
          const programs = ids.flatMap(({ id }) => {
            const stored = id === except ? undefined : records.get(entries, id)
            return stored !== undefined && Result.isSuccess(stored) ? [stored.success.program] : []
          })
          return Result.succeed(programs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0] ?? null)
        }),

      invalidate: (signatureHash) =>
        write((entries) => {
          const adopted = adoptionPlaces(entries).flatMap((place) => {
            const before = adoptionsOf(entries, place)
            const id = adoptedUnder(before, signatureHash)
            if (id === undefined) return []
            putAdoptions(entries, place, withoutSignature(before, signatureHash))
            records.putReason(entries, id, "its signature was invalidated")
            return [id]
          })
          return Result.succeed(adopted.length)
        }),

      saveRows: (rows) => write((entries) => Result.succeed(demoRows.put(entries, rows))),
      rows: (hash) => read((entries) => demoRows.get(entries, hash)),
    })
  }),
)

const notInUse: Withdrawal = { withdrawn: false, replacedBy: null }

const programOutcome = <A>(
  effect: Effect.Effect<Result.Result<A, ProgramError>, StoreError>,
): Effect.Effect<A, ProgramError> => effect.pipe(Effect.mapError(programErrorOf), Effect.flatMap(Effect.fromResult))

/** Newest first. One that is damaged is said on the log, so that the others can be seen. */
const readable = Effect.fnUntraced(function* (stored: ReadonlyArray<Result.Result<StoredProgram, ProgramError>>) {
  const programs: Array<StoredProgram> = []
  for (const each of stored) {
    if (Result.isSuccess(each)) programs.push(each.success)
    else yield* Effect.logWarning(each.failure.message)
  }
  return programs.toSorted((a, b) => (newness(a) < newness(b) ? 1 : -1))
})

const newness = ({ program }: StoredProgram): string => `${program.createdAt} ${program.id}`

const wrongSignature = ({ id, workflow, step, signature }: Program, asked: Signature) =>
  new ProgramError({
    reason: "wrong_signature",
    message: `Program ${id}, adopted for step "${step}" of "${workflow}", was made for another signature: ${signatureDifference(signature, asked)}. Optimize the step again, or go back to the signature of the program.`,
  })
