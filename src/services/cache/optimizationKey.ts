import { createHash } from "node:crypto"
import * as Schema from "effect/Schema"
import { canonicalJson } from "../../canonicalJson.ts"
import { Json } from "../../Json.ts"
import type { EntryKey } from "./CacheEntry.ts"

/** Everything that changes what comes out of an optimization, apart from the answers of the model. */
export interface OptimizationParts {
  /** Of this package: another release may word prompts, or search, otherwise. */
  readonly version: string
  readonly signatureHash: string
  readonly workflow: string
  readonly step: string
  /** What the traditional track says to a model, which the program is measured against. */
  readonly traditional: string
  readonly optimizer: {
    readonly name: string
    readonly engine: string
    readonly settings: object
    readonly seed: number
  }
  /** Where the search starts. */
  readonly student: object
  readonly metric: { readonly name: string; readonly identity: string | null }
  /** Its id, and where it is asked. */
  readonly model: { readonly id: string; readonly address: string | null }
  /** Hashes of the rows, in their order. */
  readonly data: { readonly train: string; readonly validation: string; readonly heldOut: string }
  readonly limits: object
  /** What the rendering of the traditional prompt depends on beside the step. */
  readonly surroundings: object
}

export interface OptimizationKey extends EntryKey {
  /** For people, and for whoever wonders why two keys differ. */
  readonly parts: OptimizationParts
}

/** The key is the SHA-256, in hex, of the parts' canonical JSON. */
export const optimizationKey = (parts: OptimizationParts): OptimizationKey => ({
  key: createHash("sha256")
    .update(canonicalJson(toJson(JSON.parse(JSON.stringify(parts)))))
    .digest("hex"),
  signatureHash: parts.signatureHash,
  parts,
})

const toJson = Schema.decodeUnknownSync(Json)
