import { bareText } from "./bareText.ts"

/**
 * The number that a text is, or the only one in it where it stands first or last ("The answer is 42", "42 minutes").
 * Commas may group thousands, a currency sign is dropped. Undefined wherever the amount would be a guess: percentages
 * (42 or 0.42?), several numbers, bounds, multipliers such as "million", numbers grown into a word.
 */
export const coerceNumber = (text: string): number | undefined => {
  const bare = bareText(text).replace(/[−–](?=[\d.$€£¥])/g, "-")
  if (unclear.test(bare)) return undefined
  const words = bare.split(/\s+/)
  const places = words.flatMap((word, at) => (/\p{N}/u.test(word) ? [at] : []))
  const [place, ...others] = places
  if (place === undefined || others.length > 0 || (place !== 0 && place !== words.length - 1)) return undefined
  return plainNumber(words[place] ?? "")
}

const unclear =
  /[%‰]|\b(?:percent|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|quarter|bn|mio|than|least|most|over|under|between|up to|above|below|not|no|never|cannot)\b|n[’']t\b/i

const plainNumber = (word: string): number | undefined => {
  const bare = word.replace(/^["'“‘*_`]+|["'”’*_`.,;:!?]+$/g, "")
  const match = /^([-+]?)(?:[$€£¥])?([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(e[-+]?\d+)?(?:[$€£¥])?$/i.exec(
    bare,
  )
  if (match === null || (match[1] !== "" && match[2] !== "")) return undefined
  const value = Number(`${match[1]}${match[2]}${match[3]?.replaceAll(",", "")}${match[4] ?? ""}`)
  return Number.isFinite(value) ? value + 0 : undefined
}
