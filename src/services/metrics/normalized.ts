import type { Json } from "../../Json.ts"
import { renderValue } from "../../language/prettyJson.ts"

/** A value as metrics compare it: a text trimmed and in Unicode NFC, anything else as its JSON. Letter case counts. */
export const comparable = (value: Json): string => renderValue(value).trim().normalize("NFC")

/**
 * The words that token F1 compares, by the rules of SQuAD (Rajpurkar et al., 2016): lower case, no punctuation, no
 * English articles, white space as the only border. Punctuation is that of Unicode.
 */
export const squadTokens = (value: Json): ReadonlyArray<string> =>
  comparable(value)
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, "")
    .replace(/\b(?:a|an|the)\b/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "")

/** Two times the common items over all items, counting repetitions; 1 where both are empty. */
export const overlapF1 = (expected: ReadonlyArray<string>, actual: ReadonlyArray<string>): number => {
  if (expected.length + actual.length === 0) return 1
  const left = new Map<string, number>()
  for (const item of expected) left.set(item, (left.get(item) ?? 0) + 1)
  let common = 0
  for (const item of actual) {
    const count = left.get(item) ?? 0
    if (count === 0) continue
    left.set(item, count - 1)
    common += 1
  }
  return (2 * common) / (expected.length + actual.length)
}
