import * as Effect from "effect/Effect"
import type { DoubletrackService } from "./DoubletrackService.ts"
import { wrongInput } from "./InputError.ts"
import type { RuntimeParts } from "./openRuntime.ts"
import { refused } from "./refused.ts"
import { OptimizationCache } from "./services/cache/OptimizationCache.ts"
import { ResponseCache } from "./services/cache/ResponseCache.ts"
import { ProgramStore } from "./services/programs/ProgramStore.ts"
import { signatureHash } from "./signatureHash.ts"

/** What is kept so that it need not be made again. */
export const cacheMethods = (
  open: () => RuntimeParts["managed"],
): Pick<DoubletrackService, "invalidate" | "cacheMetrics"> => ({
  invalidate: async (signature) => {
    const hash = typeof signature === "string" ? signature : signatureHash(signature)
    if (!/^[\da-f]{64}$/.test(hash)) throw notAHash(hash)
    const programs = await open().runPromise(refused(ProgramStore.use((store) => store.invalidate(hash))))
    return { signatureHash: hash, programs }
  },
  cacheMetrics: () => open().runPromise(reports),
})

/** A cache that is off reports nothing. */
const reports = Effect.gen(function* () {
  const optimizations = yield* OptimizationCache.use(({ report }) => report)
  const responses = yield* ResponseCache.use(({ report }) => report)
  return responses === null ? [optimizations] : [optimizations, responses]
})

const notAHash = (given: string) =>
  wrongInput(`"${given}" is no signature's hash; pass all of its 64 hex digits, or the signature itself`)
