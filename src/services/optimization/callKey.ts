import { createHash } from "node:crypto"
import type { ModelRequest } from "../models/Models.ts"

/** SHA-256, in hex, of everything about a call that an answer depends on; `idempotencyKey` tells repeated tries apart. */
export const callKey = (request: ModelRequest): string => {
  const { model, messages, temperature, maxOutputTokens, topP, topK, jsonSchema, idempotencyKey } = request
  const said = messages.map(({ role, content }) => [role, content])
  const key = [model, said, temperature, maxOutputTokens, topP, topK, jsonSchema, idempotencyKey]
  return createHash("sha256")
    .update(JSON.stringify(key.map((part) => part ?? null)))
    .digest("hex")
}
