import * as Schema from "effect/Schema"

/** The adoptions of one step, oldest first. Under each signature the last one holds. */
export const Adoptions = Schema.Array(Schema.Struct({ id: Schema.String, signatureHash: Schema.String }))
export type Adoptions = typeof Adoptions.Type
export type Adoption = Adoptions[number]

/** The id of the program adopted under a signature. */
export const adoptedUnder = (adoptions: Adoptions, signatureHash: string): string | undefined =>
  adoptions.findLast((adoption) => adoption.signatureHash === signatureHash)?.id

/** With this adoption as the last one; nothing changes where it holds already. */
export const adopt = (adoptions: Adoptions, adoption: Adoption): Adoptions =>
  adoptedUnder(adoptions, adoption.signatureHash) === adoption.id ? adoptions : [...adoptions, adoption]

/** Without any adoption under this signature. */
export const withoutSignature = (adoptions: Adoptions, signatureHash: string): Adoptions =>
  adoptions.filter((adoption) => adoption.signatureHash !== signatureHash)

/** Without any adoption of this program. */
export const withoutProgram = (adoptions: Adoptions, id: string): Adoptions =>
  adoptions.filter((adoption) => adoption.id !== id)
