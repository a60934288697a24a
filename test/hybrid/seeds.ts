import { draw } from "../../src/draw.ts"

/** Seeds of runs whose step is drawn from this part of [0, 1), in order. */
export const seedsDrawing = (step: string, from: number, below: number, count: number): ReadonlyArray<number> => {
  const seeds: Array<number> = []
  for (let seed = 0; seeds.length < count; seed += 1) {
    const drawn = draw(seed, step)
    if (drawn >= from && drawn < below) seeds.push(seed)
  }
  return seeds
}
