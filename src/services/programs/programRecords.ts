import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Program } from "../../Program.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"
import { adoptedUnder, Adoptions } from "./adoptions.ts"
import { decodeProgram, encodeProgram } from "./programFile.ts"
import { programErrorOf } from "./programErrorOf.ts"
import { ProgramError, type StoredProgram } from "./ProgramStore.ts"

/** Where an adoption holds: one step, or, with nulls, every step of the signature that has none of its own. */
export type AdoptionPlace = Pick<Program, "workflow" | "step">

export const anyStep: AdoptionPlace = { workflow: null, step: null }

const programs = "programs"
const reasons = "program_reasons"
const adoptions = "program_adoptions"
const withdrawals = "program_withdrawal_reasons"

/** How programs lie in the store. Those that were decoded once are kept, for as long as their text is the same. */
export const programRecords = () => {
  const decoded = new Map<string, { readonly text: string; readonly program: Program }>()

  const decode = (id: string, text: string): Result.Result<Program, ProgramError> => {
    const known = decoded.get(id)
    if (known?.text === text) return Result.succeed(known.program)
    return Result.map(decodeProgram(text, `The stored program ${id}`), (program) => {
      decoded.set(id, { text, program })
      return program
    })
  }

  const stored = (entries: EntryReader, id: string, text: string): Result.Result<StoredProgram, ProgramError> =>
    Result.map(decode(id, text), (program) => {
      const adopted = adoptedUnder(adoptionsOf(entries, program), program.signatureHash) === id
      return { program, status: { adopted, reason: entries.get(reasons, id) ?? "" } }
    })

  return {
    get: (entries: EntryReader, id: string): Result.Result<StoredProgram, ProgramError> => {
      const text = entries.get(programs, id)
      return text === null ? Result.fail(notFound(id)) : stored(entries, id, text)
    },
    all: (entries: EntryReader): ReadonlyArray<Result.Result<StoredProgram, ProgramError>> =>
      entries
        .list(programs)
        .map(({ key, value }) =>
          Result.flatMap(Result.mapError(value, programErrorOf), (text) => stored(entries, key, text)),
        ),
    /** Whether it is there and whole. */
    has: (entries: EntryReader, id: string): boolean =>
      entries.list(programs, id).some(({ key, value }) => key === id && Result.isSuccess(value)),
    put: (entries: EntryWriter, program: Program) => entries.put(programs, program.id, encodeProgram(program)),
    putReason: (entries: EntryWriter, id: string, reason: string) => entries.put(reasons, id, reason),
    /** Null where it was not taken out of use, or was adopted since. */
    withdrawal: (entries: EntryReader, id: string): string | null => entries.get(withdrawals, id),
    putWithdrawal: (entries: EntryWriter, id: string, reason: string) => entries.put(withdrawals, id, reason),
    dropWithdrawal: (entries: EntryWriter, id: string) => entries.delete(withdrawals, id),
  }
}

/** The adoptions that hold, or held, at a place. */
export const adoptionsOf = (entries: EntryReader, place: AdoptionPlace): Adoptions => {
  const text = entries.get(adoptions, keyOf(place))
  return text === null ? [] : decodeAdoptions(text)
}

/** Keeps the adoptions of a place. */
export const putAdoptions = (entries: EntryWriter, place: AdoptionPlace, changed: Adoptions): void =>
  entries.put(adoptions, keyOf(place), JSON.stringify(changed))

/** Every step that something was ever adopted for. */
export const adoptionPlaces = (entries: EntryReader): ReadonlyArray<AdoptionPlace> =>
  entries.list(adoptions).map(({ key }) => placeOf(key))

const keyOf = ({ workflow, step }: AdoptionPlace): string => JSON.stringify([workflow, step])

const PlaceKey = Schema.fromJsonString(Schema.Tuple([Schema.NullOr(Schema.String), Schema.NullOr(Schema.String)]))

const placeOf = (key: string): AdoptionPlace => {
  const [workflow, step] = Schema.decodeSync(PlaceKey)(key)
  return { workflow, step }
}

const decodeAdoptions = Schema.decodeSync(Schema.fromJsonString(Adoptions))

const notFound = (id: string) =>
  new ProgramError({
    reason: "not_found",
    message: `There is no program ${id}. \`doubletrack program list\` shows what there is.`,
  })
