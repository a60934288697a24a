import { wordsOf } from "../../retrieval/ngramVector.ts"

/**
 * The value in a text that a field of this name asks for: an e-mail address, link, phone number, date, time, amount,
 * percentage, identifier or person's name when the field's name says so; else what follows "name: " in the text.
 */
export const valueNamed = (name: string, text: string): string | undefined => {
  const words = nameWords(name)
  const pattern = patternFor(words)
  const found = pattern === undefined ? undefined : nearestToCue(matchesOf(pattern, text), words, text)?.value
  return found ?? valueAfterName(words, text)
}

/** Whether a field's name asks for a kind of value that would stand in the text. */
export const namesValue = (name: string): boolean => patternFor(nameWords(name)) !== undefined

/** Every value of the field's kind, for fields that hold several. */
export const valuesNamed = (name: string, text: string): ReadonlyArray<string> => {
  const pattern = patternFor(nameWords(name).map((word) => word.replace(/s$/, "")))
  return pattern === undefined ? [] : [...new Set(matchesOf(pattern, text).map(({ value }) => value))]
}

/** The number that stands nearest after a word of the field's name, or the only number of the text. */
export const numberNamed = (name: string, text: string): number | undefined => {
  const found = matchesOf(/(?<![\p{L}\d.#-])[-+]?\d[\d,]*(?:\.\d+)?(?![\p{L}\d])/gu, text)
  const cued = nearestToCue(found, nameWords(name), text, found.length === 1)
  const number = Number(cued?.value.replace(/,/g, ""))
  return cued === undefined || Number.isNaN(number) ? undefined : number
}

/** The words of a field's name: `orderNumber` and `order_number` are both order, number. */
export const nameWords = (name: string): ReadonlyArray<string> => wordsOf(name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2"))

// A customer's reply is a text, not a customer.
const patternFor = (words: ReadonlyArray<string>): RegExp | undefined =>
  writtenText.test(words.at(-1) ?? "") ? undefined : patterns.find(([cue]) => words.some((word) => cue.test(word)))?.[1]

const writtenText =
  /^(?:repl(?:y|ies)|responses?|answers?|summar(?:y|ies)|messages?|drafts?|descriptions?|explanations?|comments?|texts?|body|subject|title)$/

interface Match {
  readonly value: string
  readonly from: number
}

const matchesOf = (pattern: RegExp, text: string): ReadonlyArray<Match> =>
  [...text.slice(0, maxCharacters).matchAll(pattern)].slice(0, 100).map((match) => ({
    value: (match[1] ?? match[0]).replace(/[.,;:!?]+$/, ""),
    from: match.index,
  }))

/** The match with the least distance to a cue before it, or the first match when none has a cue and `anyway` is set. */
const nearestToCue = (
  matches: ReadonlyArray<Match>,
  cues: ReadonlyArray<string>,
  text: string,
  anyway = true,
): Match | undefined => {
  const lower = text.toLowerCase()
  let best: { readonly match: Match; readonly distance: number } | undefined
  for (const match of matches) {
    for (const cue of cues) {
      const at = lower.lastIndexOf(cue, match.from)
      const distance = at === -1 ? maxDistance : match.from - at - cue.length
      if (distance < (best?.distance ?? maxDistance)) best = { match, distance }
    }
  }
  return best?.match ?? (anyway ? matches[0] : undefined)
}

const valueAfterName = (words: ReadonlyArray<string>, text: string): string | undefined => {
  if (words.length === 0) return undefined
  const name = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[ _-]?")
  return new RegExp(`(?<![\\p{L}\\p{N}])${name}[ \\t]*[:=][ \\t]*([^\\n,;]{1,80})`, "iu").exec(text)?.[1]?.trim()
}

const maxCharacters = 20_000
const maxDistance = 40

const month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?"
const weekday = "(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|yesterday"
const date = `\\b(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}|\\d{1,2}(?:st|nd|rd|th)? (?:of )?${month}(?: \\d{4})?|${month} \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|${weekday})\\b`
const amount =
  /(?:[$€£¥] ?\d[\d.,]*\d|[$€£¥] ?\d|\b\d[\d.,]* ?(?:[$€£¥]|usd|eur|gbp|dollars?|euros?|pounds?)(?!\p{L}))/giu
const identifier = /#\d[\w-]*|\b[A-Za-z]{1,6}[-_]?\d[\w-]*|\b\d[\w-]{3,}\b/g
const person =
  /\b(?:name is|i am|i'm|this is|signed|regards,|thanks,|sincerely,|mr\.?|mrs\.?|ms\.?|dr\.?)\s+(\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'-]+){0,2})/gu
const personAnyCase = new RegExp(
  person.source.replace(/(name is|this is|signed|regards|thanks|sincerely|mr|mrs|ms|dr|i am|i'm)/g, anyCase),
  "gu",
)

// The name itself must stay in capitals, so that only the cue ignores case.
function anyCase(cue: string): string {
  return cue.replace(/^[a-z]/, (letter) => `[${letter}${letter.toUpperCase()}]`)
}

const patterns: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^e?mails?$/, /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g],
  [/^(?:urls?|links?|website|homepage)$/, /\bhttps?:\/\/[^\s<>"')\]]+|\bwww\.[^\s<>"')\]]+/g],
  [/^(?:phone|telephone|mobile|fax)$/, /\+?\d[\d\s()/-]{6,20}\d/g],
  [/^(?:date|day|deadline|due|birthday|when)$/, new RegExp(date, "gi")],
  [/^(?:time|hour)$/, /\b\d{1,2}(?::\d{2})(?: ?[ap]\.?m\.?)?|\b\d{1,2} ?[ap]\.?m\b/gi],
  [/^(?:amount|price|total|cost|fee|sum|charge|refund|payment|budget|salary)$/, amount],
  [/^(?:percent|percentage|rate|discount)$/, /\b\d+(?:\.\d+)? ?(?:%|percent)/gi],
  [/^(?:id|ids|number|no|nr|code|reference|ref|order|invoice|ticket|tracking|serial|sku)$/, identifier],
  [/^(?:name|person|customer|sender|author|signature)$/, personAnyCase],
]
