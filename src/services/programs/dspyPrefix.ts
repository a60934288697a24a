/** The prefix that DSPy gives a field of this name unless told another: `snake_case2text` is `Snake Case 2 Text:`. */
export const dspyPrefix = (name: string): string => {
  const words = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+|[^\p{L}\d_]+/gu) ?? [name]
  return `${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" ")}:`
}

/** Whether a prefix reads as if DSPy had made it from a name: capitalised words and a colon. */
export const looksDerived = (prefix: string): boolean =>
  /^[\p{Lu}\d][\p{L}\d]*(?: [\p{Lu}\d][\p{L}\d]*)*:$/u.test(prefix)
