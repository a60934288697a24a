import type { Program } from "../../Program.ts"
import type { EntryReader, EntryWriter } from "../store/StoredEntries.ts"

/** Under which signature of which step. */
type Place = Pick<Program, "workflow" | "step" | "signatureHash">

const collection = "program_withdrawals"

const keyOf = ({ workflow, step, signatureHash }: Place): string => JSON.stringify([workflow, step, signatureHash])

/** The programs that were taken out of use and left none in their place, by id. */
export const withdrawals = {
  at: (entries: EntryReader, place: Place): string | null => entries.get(collection, keyOf(place)),
  put: (entries: EntryWriter, program: Place & Pick<Program, "id">): void =>
    entries.put(collection, keyOf(program), program.id),
  forget: (entries: EntryWriter, place: Place): void => entries.delete(collection, keyOf(place)),
}
