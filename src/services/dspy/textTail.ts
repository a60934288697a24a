/** Keeps the end of a text that may be endless. */
export interface TextTail {
  readonly add: (text: string) => void
  /** The last lines that are not blank, one after another on one line. */
  readonly lastLines: (count: number) => string
}

export const textTail = (maxCharacters = 4_000): TextTail => {
  let kept = ""
  return {
    add: (text) => {
      kept = `${kept}${text.slice(-maxCharacters)}`.slice(-maxCharacters)
    },
    lastLines: (count) =>
      kept
        .split(/\r?\n|\r/)
        .map((line) => line.trim())
        .filter((line) => line !== "")
        .slice(-count)
        .map((line) => (line.length > maxLine ? `${line.slice(0, maxLine)}…` : line))
        .join(" / "),
  }
}

const maxLine = 300
