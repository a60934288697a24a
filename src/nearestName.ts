import { distance } from "fastest-levenshtein"

/** Longer names are not worth the comparison. */
const maxLength = 64

/** The candidate that a misspelt name was probably meant to be: at most a third of its letters differ. */
export const nearestName = (name: string, candidates: Iterable<string>): string | undefined => {
  const wanted = name.toLowerCase()
  if (wanted === "" || wanted.length > maxLength) return undefined
  let best: { readonly candidate: string; readonly edits: number } | undefined
  for (const candidate of candidates) {
    if (candidate.length > maxLength) continue
    const edits = distance(wanted, candidate.toLowerCase())
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3))
    if (edits <= allowed && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { candidate, edits }
  }
  return best?.candidate
}

/** ` Did you mean "x"?`, to append to a message; empty where nothing is near. */
export const didYouMean = (name: string, candidates: Iterable<string>): string => {
  const candidate = nearestName(name, candidates)
  return candidate === undefined ? "" : ` Did you mean "${candidate}"?`
}
