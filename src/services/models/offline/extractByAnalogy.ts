import { shapeOf, type Token, tokensOf } from "./tokens.ts"

/** An example's text, the value it was answered with, and how much it counts. */
export interface ExtractionExample {
  readonly text: string
  readonly value: string
  readonly weight: number
}

/**
 * How far the examples' values were copied from their texts. `copied` means that at least half of them were, and
 * `value` is then the piece of the new text that stands and looks most like them, if one does.
 */
export const extractByAnalogy = (
  examples: ReadonlyArray<ExtractionExample>,
  text: string,
): { readonly copied: boolean; readonly value?: string } => {
  const present = examples.filter(({ value }) => !isAbsent(value))
  const places = present.flatMap((example) => {
    const place = findPlace(tokensOf(example.text), example.value)
    return place === undefined ? [] : [{ ...place, weight: example.weight }]
  })
  if (places.length === 0 || places.length * 2 < present.length) return { copied: false }
  const value = bestPiece(tokensOf(text), places)
  const absent = examples.find((example) => isAbsent(example.value))?.value
  const answer = value ?? absent
  return answer === undefined ? { copied: true } : { copied: true, value: answer }
}

/** Whether an answer says that there is no answer. */
const isAbsent = (value: string): boolean =>
  /^(?:|-|none|null|nil|unknown|n\/?a|not (?:given|mentioned|found|available|specified|stated))\.?$/i.test(value.trim())

interface Place {
  readonly value: string
  readonly shape: string
  readonly length: number
  readonly before: readonly [string, string]
  readonly after: string
  readonly closes: boolean
}

const findPlace = (tokens: ReadonlyArray<Token>, value: string): Place | undefined => {
  const wanted = value.trim().toLowerCase()
  for (const [from, { text }] of tokens.entries()) {
    if (sameNumber(text, wanted)) return placeAt(tokens, from, 1)
    if (!wanted.startsWith(text.toLowerCase())) continue
    for (let length = 1; length <= maxLength && from + length <= tokens.length; length++) {
      if (pieceAt(tokens, from, length).toLowerCase() === wanted) return placeAt(tokens, from, length)
    }
  }
  return undefined
}

const pieceAt = (tokens: ReadonlyArray<Token>, from: number, length: number): string =>
  tokens
    .slice(from, from + length)
    .map(({ text }) => text)
    .join(" ")

const placeAt = (tokens: ReadonlyArray<Token>, from: number, length: number): Place => {
  const value = pieceAt(tokens, from, length)
  return {
    value,
    shape: shapeOf(value),
    length,
    before: [wordAt(tokens, from - 1), wordAt(tokens, from - 2)],
    after: wordAt(tokens, from + length),
    closes: tokens[from + length - 1]?.closes ?? true,
  }
}

const bestPiece = (
  tokens: ReadonlyArray<Token>,
  places: ReadonlyArray<Place & { readonly weight: number }>,
): string | undefined => {
  const longest = Math.min(maxLength, Math.max(...places.map(({ length }) => length)) + 1)
  let best: { readonly value: string; readonly score: number } | undefined
  for (let from = 0; from < tokens.length; from++) {
    for (let length = 1; length <= longest && from + length <= tokens.length; length++) {
      if (length > 1 && tokens[from + length - 2]?.closes) break
      const piece = placeAt(tokens, from, length)
      const likenesses = places.map((place) => likeness(piece, place))
      const weighted = likenesses.map((one, at) => one * (1 + (places[at]?.weight ?? 0) / 4))
      const score = Math.max(...weighted) + weighted.reduce((sum, one) => sum + one, 0) / (4 * weighted.length)
      if (Math.max(...likenesses) >= leastLikeness && score > (best?.score ?? 0)) {
        best = { value: piece.value, score }
      }
    }
  }
  return best?.value
}

const maxLength = 8

// A telling shape alone suffices (an order number among words); other words need neighbours in common.
const leastLikeness = 2

const likeness = (piece: Place, place: Place): number => {
  const right = piece.after === place.after ? (piece.after === "" ? 0.5 : 1) : 0
  const seen = piece.value.toLowerCase() === place.value.toLowerCase() ? 1 : 0
  const unfinished = !piece.closes && /^A[^\d]*$/.test(piece.shape) && /^\p{Lu}\p{Ll}/u.test(piece.after) ? 0.7 : 0
  return shapeLikeness(piece.shape, place.shape) + leftLikeness(piece.before, place.before) + right + seen - unfinished
}

// A short word before (the, of, in) tells less than a long one.
const leftLikeness = ([near, far]: Place["before"], [nearOther, farOther]: Place["before"]): number => {
  if (near !== nearOther) return /\d/.test(near) && /\d/.test(nearOther) ? 1 : 0
  const word = near === "" ? 0.5 : near.length <= 3 ? 1 : 1.5
  return word + (far === farOther && far !== "" ? 0.5 : 0)
}

const shapeLikeness = (a: string, b: string): number => {
  if (a === b) return /[9@]/.test(a) ? 2 : a.includes("A") ? 1.2 : 0.5
  if (a.includes("9") !== b.includes("9")) return -1
  return a.includes("9") && a[0] === b[0] ? 0.8 : 0
}

const wordAt = (tokens: ReadonlyArray<Token>, at: number): string => tokens[at]?.text ?? ""

const sameNumber = (a: string, b: string): boolean => {
  const number = Number(a.replace(/[^\d.-]/g, ""))
  return /\d/.test(a) && /^-?\d/.test(b) && number === Number(b)
}
