import type { SeededRandom } from "../seededRandom.ts"

/**
 * Batches of `size` rows, without end: each epoch goes through all rows in a new order; where they do not fill its last
 * batch, the rows used least so far are added.
 */
export function* minibatches<A>(
  rows: ReadonlyArray<A>,
  size: number,
  random: SeededRandom,
): Generator<ReadonlyArray<A>> {
  const width = Math.min(size, rows.length)
  const used = new Map(rows.map((row) => [row, 0]))
  if (width < 1) return
  for (;;) {
    const epoch = random.shuffled([...used.keys()])
    for (let start = 0; start < epoch.length; start += width) {
      const batch = epoch.slice(start, start + width)
      const others = epoch
        .filter((row) => !batch.includes(row))
        .toSorted((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0))
      const full = [...batch, ...others.slice(0, width - batch.length)]
      full.forEach((row) => used.set(row, (used.get(row) ?? 0) + 1))
      yield full
    }
  }
}
