/**
 * The last place from `inside` on the way to `outside` where a function that grows on that way is below 0, as it is at
 * `inside`; to a billionth, by straight lines between the nearest places on either side (the Illinois method: Dowell &
 * Jarratt, "A modified regula falsi method", BIT 11, 1971).
 */
export const crossing = (excess: (place: number) => number, inside: number, outside: number): number => {
  let [low, lowExcess] = [inside, excess(inside)]
  let [high, highExcess] = [outside, excess(outside)]
  let wasBelow: boolean | null = null
  if (highExcess < 0) return outside
  for (let step = 0; Math.abs(high - low) > precision && step < maxSteps; step += 1) {
    const isLineUseful = highExcess > 0 && Number.isFinite(highExcess)
    const share = isLineUseful ? lowExcess / (lowExcess - highExcess) : 0.5
    const middle = low + (high - low) * share
    const found = excess(middle)
    const isBelow = found < 0
    if (isBelow) {
      ;[low, lowExcess] = [middle, found]
      if (wasBelow === true) highExcess /= 2
    } else {
      ;[high, highExcess] = [middle, found]
      if (wasBelow === false) lowExcess /= 2
    }
    wasBelow = isBelow
  }
  return low
}

const precision = 1e-9
const maxSteps = 200
