import type { Field } from "../../Signature.ts"
import { bareText, unquoted } from "./bareText.ts"

/**
 * The label that a text is: to the letter, without what is wrapped around it, without regard to case, with other
 * characters between its words; else the only label that stands in the text, unless the text denies something.
 */
export const coerceLabel = ({ values }: Pick<Field, "values">, text: string): string | undefined => {
  if (values === undefined) return bareText(text)
  const bare = bareText(text)
  const [said, lower] = [words(bare), bare.toLowerCase()]
  const same =
    values.find((label) => label === text.trim()) ??
    values.find((label) => label === unquoted(text)) ??
    values.find((label) => label === bare) ??
    only(values.filter((label) => label.toLowerCase() === lower)) ??
    only(values.filter((label) => said.trim() !== "" && words(label) === said))
  if (same !== undefined || denial.test(bare)) return same

  const contained = values.filter((label) => words(label).trim() !== "" && said.includes(words(label)))
  return only(contained.filter((label) => !contained.some((other) => other !== label && isPart(label, other))))
}

const isPart = (label: string, other: string): boolean => words(other).includes(words(label))

const denial = /\b(?:not|no|neither|nor|never|none|without|cannot)\b|n[’']t\b/i

const only = <A>(found: ReadonlyArray<A>): A | undefined => (found.length === 1 ? found[0] : undefined)

/** Lower case, every run of other characters one space, with a space at both ends. */
const words = (text: string): string =>
  ` ${
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  } `
