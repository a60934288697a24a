import { createHash } from "node:crypto"
import { canonicalJson } from "../../canonicalJson.ts"
import type { Example } from "../../Example.ts"

/** SHA-256, in hex, of the canonical JSON of examples in their order; where they come from does not count. */
export const fingerprint = (examples: ReadonlyArray<Example>): string =>
  createHash("sha256")
    .update(canonicalJson(examples.map(({ inputs, outputs }) => ({ inputs, outputs }))))
    .digest("hex")
