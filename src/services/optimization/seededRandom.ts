import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import { uniformInt } from "pure-rand/distribution/uniformInt"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"

/** Draws that follow from a seed alone, each one after the other. */
export interface SeededRandom {
  /** A number from [0, 1). */
  readonly fraction: () => number
  /** An integer; both ends can be drawn. */
  readonly between: (least: number, most: number) => number
  readonly pick: <A>(items: readonly [A, ...ReadonlyArray<A>]) => A
  readonly shuffled: <A>(items: ReadonlyArray<A>) => ReadonlyArray<A>
  /** At most `count` of the items, without repetition, in drawn order. */
  readonly sample: <A>(items: ReadonlyArray<A>, count: number) => ReadonlyArray<A>
}

export const seededRandom = (seed: number): SeededRandom => {
  const generator = xoroshiro128plus(seed)
  const between = (least: number, most: number) => uniformInt(generator, least, most)
  const sample = <A>(items: ReadonlyArray<A>, count: number): ReadonlyArray<A> => {
    const left = [...items]
    const drawn: Array<A> = []
    while (drawn.length < count && left.length > 0) {
      const [last] = left.splice(-1)
      const at = between(0, left.length)
      if (last === undefined) break
      drawn.push(...(at === left.length ? [last] : left.splice(at, 1, last)))
    }
    return drawn
  }
  return {
    fraction: () => uniformFloat64(generator),
    between,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    shuffled: (items) => sample(items, items.length),
    sample,
  }
}
