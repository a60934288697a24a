import { createHash } from "node:crypto"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../../canonicalJson.ts"
import { Json } from "../../Json.ts"

/** One kind of what all nodes know, each under a key of its own. */
export interface RegisterKind<A> {
  /** In words, as several. */
  readonly what: string
  readonly keyOf: (register: A) => string
  readonly encode: (register: A) => string
  /** Null for what is none. */
  readonly decode: (text: string, key: string) => A | null
  /** What two nodes know together: the same in whatever order, and however often, they join it. */
  readonly join: (one: A, other: A) => A
}

/** Null for what is none of this kind, or another's than its key says. */
export const registerFrom = <A>(kind: RegisterKind<A>, key: string, text: string): A | null => {
  const register = kind.decode(text, key)
  return register !== null && kind.keyOf(register) === key ? register : null
}

/** Whether a register says nothing that is not known. */
export const addsNothing = <A>({ join, encode }: RegisterKind<A>, known: A, register: A): boolean =>
  encode(join(known, register)) === encode(known)

/** Registers as JSON, the same of the same on every node. */
export const registersAsJson = <A>(schema: Schema.Codec<A, unknown>): Pick<RegisterKind<A>, "encode" | "decode"> => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
  return {
    encode: (register) => canonicalJson(Schema.decodeUnknownSync(Json)(register)),
    decode: (text) => Option.getOrNull(decode(text)),
  }
}

/** The name of a step, made of what keys of a register may have. */
export const stepName = (workflow: string | null, step: string | null): string =>
  createHash("sha256")
    .update(JSON.stringify([workflow, step]))
    .digest("hex")
    .slice(0, 32)
