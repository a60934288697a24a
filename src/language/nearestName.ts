/** The known name that a mistyped one was probably meant to be, if one is near enough. */
export const nearestName = (name: string, known: ReadonlyArray<string>): string | undefined => {
  const near = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= limit(name))
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit(name))
    .toSorted((a, b) => a.distance - b.distance)
  return near[0]?.candidate
}

/** ` (did you mean "x"?)`, or nothing. */
export const didYouMean = (name: string, known: ReadonlyArray<string>): string => {
  const near = nearestName(name, known)
  return near === undefined ? "" : ` (did you mean "${near}"?)`
}

const limit = (name: string): number => (name.length <= 2 ? 0 : Math.min(3, Math.ceil(name.length / 3)))

/** Levenshtein distance, row by row. */
const editDistance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (character === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
