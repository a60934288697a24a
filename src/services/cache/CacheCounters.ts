import type { CacheReport } from "../../CacheReport.ts"
import type { TierName } from "./CacheTier.ts"

type Single = "misses" | "remembered" | "stale" | "damaged" | "stored" | "refused"

/** Counts what a cache does. */
export class CacheCounters {
  readonly #cache: string
  readonly #hits = { memory: 0, disk: 0, distributed: 0 }
  readonly #failures = { memory: 0, disk: 0, distributed: 0 }
  readonly #counts: Record<Single, number> = { misses: 0, remembered: 0, stale: 0, damaged: 0, stored: 0, refused: 0 }
  #ages = { sum: 0, oldest: 0 }

  constructor(cache: string) {
    this.#cache = cache
  }

  hit(tier: TierName, ageMs: number): void {
    this.#hits[tier] += 1
    this.#ages = { sum: this.#ages.sum + ageMs, oldest: Math.max(this.#ages.oldest, ageMs) }
  }

  failure(tier: TierName): void {
    this.#failures[tier] += 1
  }

  count(what: Single): void {
    this.#counts[what] += 1
  }

  report(): CacheReport {
    const { memory, disk, distributed } = this.#hits
    const hits = memory + disk + distributed
    return {
      cache: this.#cache,
      hits: { ...this.#hits },
      failures: { ...this.#failures },
      ...this.#counts,
      ageMs: hits === 0 ? null : { mean: this.#ages.sum / hits, oldest: this.#ages.oldest },
    }
  }
}
