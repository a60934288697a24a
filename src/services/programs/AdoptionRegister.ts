import * as Schema from "effect/Schema"
import { type RegisterKind, registersAsJson, stepName } from "../cache/RegisterKind.ts"

/** What a whole fleet knows of one step under one signature: which program holds, and which were taken out of use. */
export const AdoptionRegister = Schema.Struct({
  workflow: Schema.NullOr(Schema.String),
  step: Schema.NullOr(Schema.String),
  signatureHash: Schema.String,
  /** Null: none. */
  programId: Schema.NullOr(Schema.String),
  /** When that was decided, ms since 1970; later than every decision that was known then. */
  atMs: Schema.Finite,
  reason: Schema.String,
  /** When programs were last taken out of use, by id; each is barred from then until it is adopted later than that. */
  withdrawn: Schema.Record(Schema.String, Schema.Finite),
})
export type AdoptionRegister = typeof AdoptionRegister.Type

export type RegisterPlace = Pick<AdoptionRegister, "workflow" | "step" | "signatureHash">

/** Before anything was decided. */
export const undecided = ({ workflow, step, signatureHash }: RegisterPlace): AdoptionRegister => ({
  workflow,
  step,
  signatureHash,
  programId: null,
  atMs: 0,
  reason: "",
  withdrawn: {},
})

/**
 * What two nodes know together: the later decision, and every withdrawal. In whatever order and however often nodes
 * join what they know, all come to the same.
 */
export const joinRegisters = (one: AdoptionRegister, other: AdoptionRegister): AdoptionRegister => {
  const ids = [...new Set([...Object.keys(one.withdrawn), ...Object.keys(other.withdrawn)])].toSorted()
  const later = isLater(one, other) ? one : other
  return {
    ...later,
    withdrawn: Object.fromEntries(
      ids.map((id) => [id, Math.max(one.withdrawn[id] ?? 0, other.withdrawn[id] ?? 0)] as const),
    ),
  }
}

/** The program that is to be served; null where there is none, or it was taken out of use, or its signature invalidated since. */
export const servedBy = ({ programId, atMs, withdrawn }: AdoptionRegister, invalidatedAtMs: number): string | null =>
  programId === null || atMs < invalidatedAtMs || (withdrawn[programId] ?? 0) >= atMs ? null : programId

/** Later than everything that is known. */
export const nextAtMs = (
  held: AdoptionRegister,
  { nowMs, epoch }: { readonly nowMs: number; readonly epoch: number },
) => Math.max(nowMs, held.atMs + 1, epoch + 1, ...Object.values(held.withdrawn).map((atMs) => atMs + 1))

/** Where it is found. */
export const registerKey = ({ workflow, step, signatureHash }: RegisterPlace): string =>
  `${stepName(workflow, step)}.${signatureHash}`

export const adoptionRegisters: RegisterKind<AdoptionRegister> = {
  what: "decisions about programs",
  keyOf: registerKey,
  ...registersAsJson(AdoptionRegister),
  join: joinRegisters,
}

/** Two decisions of the same instant are told apart by what they say. */
const isLater = (one: AdoptionRegister, other: AdoptionRegister): boolean =>
  one.atMs === other.atMs
    ? JSON.stringify([one.programId, one.reason]) > JSON.stringify([other.programId, other.reason])
    : one.atMs > other.atMs
