import { createHash } from "node:crypto"
import type { ModelRequest } from "../models/Models.ts"
import { callKey } from "../optimization/callKey.ts"
import type { EntryKey } from "./CacheEntry.ts"

/** Everything that reaches the model, where it is asked, and the track: two tracks never share an answer. */
export const responseKey = (request: ModelRequest, address: string | null): EntryKey => ({
  key: hashOf([callKey(request), address, request.origin.track]),
  signatureHash: hashOf(["responses", request.model]),
})

const hashOf = (parts: ReadonlyArray<string | null>): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex")
