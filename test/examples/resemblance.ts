/** The pairs of texts whose character trigrams have at least this Jaccard similarity; case and white space do not count. */
export const resemblingPairs = (texts: ReadonlyArray<string>, similarity: number): ReadonlyArray<[string, string]> => {
  const all = texts.map((text) => ({ text, trigrams: trigrams(text) }))
  return all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .filter((other) => jaccard(one.trigrams, other.trigrams) >= similarity)
      .map((other): [string, string] => [one.text, other.text]),
  )
}

type Trigrams = ReadonlySet<string>

const jaccard = (one: Trigrams, other: Trigrams): number => {
  let shared = 0
  for (const trigram of one) if (other.has(trigram)) shared++
  return shared / (one.size + other.size - shared)
}

const trigrams = (text: string): Trigrams => {
  const plain = text.toLowerCase().replace(/\s+/g, " ").trim()
  return new Set(Array.from({ length: Math.max(1, plain.length - 2) }, (_, at) => plain.slice(at, at + 3)))
}
