/** Between a small letter, or anything, and a new word; between letters and digits. */
const wordBoundary = /(?<=.)(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])|(?<=[a-zA-Z])(?=\d)|(?<=\d)(?=[a-zA-Z])/g

/** The prefix that DSPy gives a field of this name unless told another: `snake_case2text` is `Snake Case 2 Text:`. */
export const dspyPrefix = (name: string): string =>
  `${name.replaceAll(wordBoundary, "_").split("_").map(titled).join(" ")}:`

const titled = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

/** Whether a prefix reads as if DSPy had made it from a name: capitalised words and a colon. */
export const looksDerived = (prefix: string): boolean =>
  /^[\p{Lu}\d][\p{L}\d]*(?: +[\p{Lu}\d][\p{L}\d]*)*:$/u.test(prefix)
