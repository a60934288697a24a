import { type NgramVector, ngramVector } from "./ngramVector.ts"

/** A row of the index and its cosine similarity to the query, in [0, 1]. */
export interface Neighbour {
  readonly row: number
  readonly similarity: number
}

/**
 * Texts by similarity: cosine between weighted n-gram vectors, found through an inverted index. A feature weighs
 * `(1 + ln tf) · √ln(1 + n / df)`, n and df from the indexed texts: the root lets the inverse document frequency count
 * once in a product. A feature of the query that no row has still counts in the query's norm.
 */
export class NearestNeighbours {
  readonly size: number
  readonly #postings = new Map<number, Posting>()
  readonly #norms: Float64Array

  constructor(texts: ReadonlyArray<string>) {
    this.size = texts.length
    this.#norms = new Float64Array(texts.length)
    texts.forEach((text, row) => {
      this.#insert(row, ngramVector(text))
    })
    for (const { rows, weights } of this.#postings.values()) {
      const rarity = this.#rarity(rows.length)
      rows.forEach((row, at) => {
        this.#norms[row] = (this.#norms[row] ?? 0) + ((weights[at] ?? 0) * rarity) ** 2
      })
    }
    this.#norms.forEach((squared, row) => {
      this.#norms[row] = Math.sqrt(squared)
    })
  }

  /** The at most `k` most similar rows, best first, equal ones in row order; rows that share nothing are left out. */
  nearest(text: string, k: number): ReadonlyArray<Neighbour> {
    const best: Array<Neighbour> = []
    this.similarities(text).forEach((similarity, row) => {
      if (similarity <= 0 || (best.length >= k && similarity <= (best.at(-1)?.similarity ?? 1))) return
      const at = best.findIndex((neighbour) => neighbour.similarity < similarity)
      best.splice(at === -1 ? best.length : at, 0, { row, similarity })
      if (best.length > k) best.pop()
    })
    return best
  }

  /** The cosine similarity of the text to every row, by row. */
  similarities(text: string): Float64Array {
    const products = new Float64Array(this.size)
    let squared = 0
    for (const [feature, count] of ngramVector(text)) {
      const posting = this.#postings.get(feature)
      const rarity = this.#rarity(posting?.rows.length ?? 0)
      const weight = termWeight(count) * rarity
      squared += weight ** 2
      if (posting === undefined) continue
      const { rows, weights } = posting
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at] ?? 0
        products[row] = (products[row] ?? 0) + weight * (weights[at] ?? 0) * rarity
      }
    }
    const norm = Math.sqrt(squared)
    return products.map((product, row) => (product === 0 ? 0 : Math.min(1, product / (norm * (this.#norms[row] ?? 1)))))
  }

  #insert(row: number, vector: NgramVector): void {
    for (const [feature, count] of vector) {
      const posting = this.#postings.get(feature)
      if (posting === undefined) {
        this.#postings.set(feature, { rows: [row], weights: [termWeight(count)] })
      } else {
        posting.rows.push(row)
        posting.weights.push(termWeight(count))
      }
    }
  }

  #rarity(documentFrequency: number): number {
    return Math.sqrt(Math.log(1 + this.size / Math.max(1, documentFrequency)))
  }
}

interface Posting {
  readonly rows: Array<number>
  readonly weights: Array<number>
}

const termWeight = (count: number): number => 1 + Math.log(count)
