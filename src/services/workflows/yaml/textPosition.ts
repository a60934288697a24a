import type { Position } from "../Finding.ts"

/** Line and column of offsets in a text; an offset beyond its end counts as the end. */
export const textPosition = (text: string): ((offset: number) => Position) => {
  const starts = [0]
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1)
  return (offset) => {
    const place = Math.min(Math.max(offset, 0), text.length)
    const line = lastAtMost(starts, place)
    return { line: line + 1, column: place - (starts[line] ?? 0) + 1 }
  }
}

/** The index of the last of the ascending numbers that is at most `limit`, by bisection. */
const lastAtMost = (ascending: ReadonlyArray<number>, limit: number): number => {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((ascending[middle] ?? 0) <= limit) low = middle
    else high = middle - 1
  }
  return low
}
