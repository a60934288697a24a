import { draw } from "./draw.ts"

/**
 * The seeds of the runs of a process: by chance, or, where one is set, that one for the first run and others that follow
 * from it. Runs with one seed would all be assigned the same track.
 */
export const seedsOf = (seed: number | undefined, randomInt: () => number): (() => number) => {
  if (seed === undefined) return randomInt
  let runs = 0
  return () => {
    const run = runs
    runs += 1
    return run === 0 ? seed : Math.floor(draw(seed, `run ${run}`) * 2 ** 31)
  }
}
