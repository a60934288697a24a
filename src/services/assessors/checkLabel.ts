import { createHash } from "node:crypto"
import type { CompleteCheck } from "./completeCheck.ts"

/** The kinds of the checks, and the first 8 hex digits of the SHA-256 of everything they say: `schema+length@1f3a9c07`. */
export const checkLabel = (checks: ReadonlyArray<CompleteCheck>): string => {
  const kinds = [...new Set(checks.map(({ kind }) => kind))].join("+")
  const hash = createHash("sha256").update(JSON.stringify(checks)).digest("hex")
  return `${kinds}@${hash.slice(0, 8)}`
}
