import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type CacheEntry, isExpired, isLater } from "./CacheEntry.ts"
import type { CacheTier } from "./CacheTier.ts"

export interface MemoryLimits {
  readonly maxEntries: number
  /** Of values and keys, as UTF-16. */
  readonly maxBytes: number
}

/** Entries in this process, those dropped first that were not asked for the longest. */
export const memoryTier = ({ maxEntries, maxBytes }: MemoryLimits): CacheTier => {
  // A map lists its entries in the order of insertion: the first is the one that was used longest ago.
  const entries = new Map<string, CacheEntry>()
  let bytes = 0

  const drop = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    bytes -= sizeOf(entry)
  }
  const keep = (entry: CacheEntry): void => {
    drop(entry.key)
    if (sizeOf(entry) > maxBytes) return
    entries.set(entry.key, entry)
    bytes += sizeOf(entry)
    for (const key of entries.keys()) {
      if (entries.size <= maxEntries && bytes <= maxBytes) return
      drop(key)
    }
  }

  return {
    name: "memory",
    get: ({ key }) =>
      Effect.map(Clock.currentTimeMillis, (nowMs) => {
        const entry = entries.get(key)
        if (entry === undefined) return null
        if (isExpired(entry, nowMs)) {
          drop(key)
          return null
        }
        entries.delete(key)
        entries.set(key, entry)
        return entry
      }),
    put: (entry) =>
      Effect.map(Clock.currentTimeMillis, (nowMs) => {
        const before = entries.get(entry.key)
        if (before !== undefined && !isExpired(before, nowMs) && isLater(before, entry)) return false
        keep(entry)
        return true
      }),
    invalidate: (signatureHash) =>
      Effect.sync(() => {
        for (const entry of entries.values()) if (entry.signatureHash === signatureHash) drop(entry.key)
      }),
    clear: Effect.sync(() => {
      entries.clear()
      bytes = 0
    }),
  }
}

const sizeOf = ({ key, value }: CacheEntry): number => 2 * (key.length + value.length)
