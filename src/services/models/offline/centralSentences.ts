import { NearestNeighbours } from "../../retrieval/NearestNeighbours.ts"

/** The `count` sentences most similar to the whole text, in their order, cut to about `maxLength` characters. */
export const centralSentences = (text: string, count: number, maxLength = 300): string => {
  const sentences = sentencesOf(text).slice(0, maxSentences)
  const chosen = new NearestNeighbours(sentences).nearest(sentences.join(" "), count).map(({ row }) => row)
  const picked = chosen.length === 0 ? sentences.slice(0, 1) : sentences.filter((_, row) => chosen.includes(row))
  return cut(picked.join(" "), maxLength)
}

/** A text cut at a word, with an ellipsis where something was left out. */
export const cut = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${text.slice(0, maxLength).replace(/\s+\S*$/, "")} …`

const maxSentences = 100

/** The sentences and lines of a text that hold a letter or digit. */
export const sentencesOf = (text: string): ReadonlyArray<string> =>
  text
    .split(/(?<=[.!?。！？])\s+|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
