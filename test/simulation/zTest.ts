import type { Observation } from "../../src/Observation.ts"

/** Whether the mean difference of the pairs so far is further from 0 than 1.96 standard errors, from the tenth pair on. */
export const zTest = () => {
  let [n, sum, squares] = [0, 0, 0]
  return ({ observation: { traditional, optimized } }: { readonly observation: Observation }): boolean => {
    if (traditional?.quality === undefined || optimized?.quality === undefined) return false
    const difference = optimized.quality - traditional.quality
    n += 1
    sum += difference
    squares += difference ** 2
    const standardError = Math.sqrt((squares / n - (sum / n) ** 2) / n)
    return n >= 10 && Math.abs(sum / n) > 1.96 * standardError
  }
}
