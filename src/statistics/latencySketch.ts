/**
 * Quantiles of values from 0 up, to 1 % of the value: the DDSketch of Masson, Rim & Lee, "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees" (PVLDB 12, 2019). Values are counted in bins whose ends grow by a
 * constant factor; the same values make the same sketch in whatever order they come, or are merged.
 */
export interface Sketch {
  /** How many values were 0. */
  readonly zeros: number
  /** Bins in the order of their values, in pages of 64, so that counting a value copies little. */
  readonly pages: ReadonlyArray<Page>
}

/** The counts of the bins from 64 · number on. */
export type Page = readonly [number: number, counts: ReadonlyArray<number>]

export const emptySketch: Sketch = { zeros: 0, pages: [] }

export const addToSketch = (sketch: Sketch, value: number): Sketch => {
  if (value <= 0) return { ...sketch, zeros: sketch.zeros + 1 }
  const bin = Math.floor(Math.log(value) / logGamma) + 1
  const number = Math.floor(bin / pageSize)
  const counted: Page = [number, emptyPage.with(bin - number * pageSize, 1)]
  return { ...sketch, pages: collapsed(withPage(sketch.pages, counted)) }
}

export const mergeSketches = (a: Sketch, b: Sketch): Sketch => ({
  zeros: a.zeros + b.zeros,
  pages: collapsed(b.pages.reduce(withPage, a.pages)),
})

/** The value below which a share of the values lies; null of none. */
export const quantileOf = ({ zeros, pages }: Sketch, share: number): number | null => {
  const total = pages.reduce((sum, [, counts]) => sum + sumOf(counts), zeros)
  if (total === 0) return null
  const rank = Math.max(0, Math.min(1, share)) * (total - 1)
  let below = zeros
  if (below > rank) return 0
  for (const [number, counts] of pages) {
    for (const [index, count] of counts.entries()) {
      below += count
      if (below > rank) return valueOf(number * pageSize + index)
    }
  }
  return null
}

const relativeError = 0.01
const gamma = (1 + relativeError) / (1 - relativeError)
const logGamma = Math.log(gamma)

/** The value whose distance to both ends of the bin is 1 % of theirs. */
const valueOf = (bin: number): number => (2 * Math.exp(bin * logGamma)) / (gamma + 1)

/** 2048 bins in all, which hold values that differ by a factor of 10^17 exactly enough. */
const pageSize = 64
const maxPages = 32
const emptyPage: ReadonlyArray<number> = Array.from({ length: pageSize }, () => 0)

const sumOf = (counts: ReadonlyArray<number>): number => counts.reduce((sum, count) => sum + count, 0)

const withPage = (pages: ReadonlyArray<Page>, added: Page): ReadonlyArray<Page> => {
  const at = pages.findIndex(([number]) => number >= added[0])
  const present = pages[at]
  if (present === undefined) return [...pages, added]
  if (present[0] !== added[0]) return pages.toSpliced(at, 0, added)
  return pages.with(at, [added[0], present[1].map((count, index) => count + (added[1][index] ?? 0))])
}

/** Where there are too many pages, the lowest go into the lowest bin of the next: small values are told apart no more. */
const collapsed = (pages: ReadonlyArray<Page>): ReadonlyArray<Page> => {
  const [lowest, next] = pages
  if (pages.length <= maxPages || lowest === undefined || next === undefined) return pages
  const [number, [first = 0, ...others]] = next
  return collapsed([[number, [first + sumOf(lowest[1]), ...others]], ...pages.slice(2)])
}
