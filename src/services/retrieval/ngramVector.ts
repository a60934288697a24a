/** How often each feature occurs in a text; features are 32-bit hashes of word and character n-grams. */
export type NgramVector = ReadonlyMap<number, number>

/**
 * Words, pairs of neighbouring words, and the 3- to 5-character pieces of the words joined by single spaces.
 * Case and compatibility forms are folded. Hashes are FNV-1a; words, pairs and pieces start from different seeds.
 */
export const ngramVector = (text: string): NgramVector => {
  const counts = new Map<number, number>()
  const words = wordsOf(text)
  words.forEach((word, at) => {
    add(counts, hash(word, 0, word.length, wordSeed))
    const previous = words[at - 1]
    if (previous !== undefined) {
      const pair = `${previous} ${word}`
      add(counts, hash(pair, 0, pair.length, pairSeed))
    }
  })
  const padded = ` ${words.join(" ")} `
  for (let size = 3; size <= 5; size++) {
    for (let start = 0; start + size <= padded.length; start++) {
      add(counts, hash(padded, start, start + size, pieceSeed))
    }
  }
  return counts
}

/** The words of a text in order: runs of letters, marks and digits, lower case; a Han character is a word of its own. */
export const wordsOf = (text: string): ReadonlyArray<string> =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/\p{Script=Han}|[\p{L}\p{M}\p{N}]+/gu) ?? []

const wordSeed = 0x811c9dc5
const pairSeed = 0x2f6e2b1d
const pieceSeed = 0x51ed270b

const add = (counts: Map<number, number>, feature: number): void => {
  counts.set(feature, (counts.get(feature) ?? 0) + 1)
}

const hash = (text: string, from: number, to: number, seed: number): number => {
  let value = seed
  for (let at = from; at < to; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value | 0
}
