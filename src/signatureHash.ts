import { createHash } from "node:crypto"
import type { Field, Signature } from "./Signature.ts"

/**
 * The identity of a signature: SHA-256, in hex, over its canonical JSON (keys sorted, text in Unicode
 * NFC). Only what changes the meaning counts: the instructions, and of each field in order its name,
 * type, description, labels, schema and whether it is optional. Where an input's value comes from
 * (`template`) does not.
 */
export const signatureHash = (signature: Signature): string =>
  createHash("sha256")
    .update(
      canonicalJson({
        instructions: signature.instructions,
        inputs: signature.inputs.map(meaning),
        outputs: signature.outputs.map(meaning),
      }),
    )
    .digest("hex")

const meaning = ({ name, type, description, values, schema, optional }: Field) => ({
  name,
  type,
  description: description === "" ? undefined : description,
  values,
  schema,
  optional: optional === true ? true : undefined,
})

const canonicalJson = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.normalize("NFC"))
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null)
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => [JSON.stringify(key.normalize("NFC")), canonicalJson(each)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${key}:${each}`).join(",")}}`
}
