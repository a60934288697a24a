import type { Experiment, TrackTotals } from "../../Experiment.ts"
import { scoreOfSplit } from "../../statistics/doublyRobust.ts"
import { addPair, addSplit, type Evidence, noEvidence } from "../../statistics/evidence.ts"
import { addToSketch, quantileOf } from "../../statistics/latencySketch.ts"
import { addValue } from "../../statistics/moments.ts"
import type { Charge, Charges } from "./charges.ts"

/** Takes in how the tracks did beside quality: whether they answered, at what cost, how fast. `rounding` is drawn evenly from [0, 1). */
export const countConduct = (experiment: Experiment, charges: Charges, rounding: number): Experiment => {
  const { evidence, tracks } = experiment
  const costCapUsd = costCap(experiment)
  const slowMs = slowLimit(experiment)
  const add = (before: Evidence, expected: number, valueOf: (charge: Charge) => number | null): Evidence =>
    addDifference(before, charges, { expected, valueOf, rounding })
  return {
    ...experiment,
    tracks: eachCharged(tracks, charges, addConduct),
    evidence: {
      ...evidence,
      success: add(evidence.success, 1, ({ answered }) => (answered ? 1 : 0)),
      cost: add(evidence.cost, 1 / capFactor, ({ costUsd }) =>
        costUsd === null || costCapUsd === null ? null : Math.min(1, costUsd / costCapUsd),
      ),
      slowness: add(evidence.slowness, 0, ({ latencyMs }) => (slowMs === null ? null : latencyMs > slowMs ? 1 : 0)),
    },
  }
}

/** Takes in how good the answers were, where that is known. */
export const countQuality = (experiment: Experiment, charges: Charges, rounding: number): Experiment => {
  const { evidence, tracks, doublyRobust, pairs } = experiment
  const expected = { traditional: meanQuality(tracks.traditional), optimized: meanQuality(tracks.optimized) }
  const score = scoreOf(charges, expected)
  if (score === null) return experiment
  return {
    ...experiment,
    pairs: pairs + (charges._tag === "Pair" ? 1 : 0),
    tracks: eachCharged(tracks, charges, addQuality),
    doublyRobust: addValue(doublyRobust, score),
    evidence: {
      ...evidence,
      quality: addDifference(evidence.quality, charges, qualityOf(experiment, rounding)),
    },
  }
}

/** What charges say about the difference in quality; empty where nothing. */
export const qualityEvidence = (experiment: Experiment, charges: Charges, rounding: number): Evidence =>
  addDifference(noEvidence, charges, qualityOf(experiment, rounding))

/** A round guess is nearly as good as an exact one, and leaves the evidence with few different values. */
const qualityOf = ({ tracks: { traditional, optimized } }: Experiment, rounding: number): Valued => ({
  expected: Math.round(5 * (meanQuality(traditional) + meanQuality(optimized))) / 10,
  valueOf: ({ quality }) => quality,
  rounding,
})

interface Valued {
  /** A guess made before the value was known; the better it is, the less a split is blurred. */
  readonly expected: number
  /** In [0, 1]; null where it is not known. */
  readonly valueOf: (charge: Charge) => number | null
  readonly rounding: number
}

const addDifference = (evidence: Evidence, charges: Charges, { expected, valueOf, rounding }: Valued): Evidence => {
  if (charges._tag === "Pair") {
    const [traditional, optimized] = [valueOf(charges.traditional), valueOf(charges.optimized)]
    return traditional === null || optimized === null ? evidence : addPair(evidence, optimized - traditional, rounding)
  }
  const { assigned, share } = charges
  const value = valueOf(charges.charge)
  return value === null ? evidence : addSplit(evidence, { assigned, share, value, expected }, rounding)
}

const scoreOf = (charges: Charges, expected: { readonly traditional: number; readonly optimized: number }) => {
  if (charges._tag === "Pair") {
    const { traditional, optimized } = charges
    return traditional.quality === null || optimized.quality === null ? null : optimized.quality - traditional.quality
  }
  const { assigned, share, charge } = charges
  return charge.quality === null ? null : scoreOfSplit({ assigned, share, value: charge.quality, expected })
}

const eachCharged = (
  { traditional, optimized }: Experiment["tracks"],
  charges: Charges,
  add: (totals: TrackTotals, charge: Charge) => TrackTotals,
): Experiment["tracks"] => {
  if (charges._tag === "Pair") {
    return { traditional: add(traditional, charges.traditional), optimized: add(optimized, charges.optimized) }
  }
  return charges.assigned === "traditional"
    ? { traditional: add(traditional, charges.charge), optimized }
    : { traditional, optimized: add(optimized, charges.charge) }
}

const addConduct = (totals: TrackTotals, { answered, costUsd, tokens, latencyMs }: Charge): TrackTotals => ({
  ...totals,
  n: totals.n + 1,
  answered: totals.answered + (answered ? 1 : 0),
  priced: totals.priced + (costUsd === null ? 0 : 1),
  costUsd: totals.costUsd + (costUsd ?? 0),
  tokens: totals.tokens + tokens,
  latencyMs: addToSketch(totals.latencyMs, latencyMs),
})

const addQuality = (totals: TrackTotals, { quality }: Charge): TrackTotals => ({
  ...totals,
  judged: totals.judged + 1,
  quality: totals.quality + (quality ?? 0),
})

/** One half where nothing was judged. */
export const meanQuality = ({ judged, quality }: TrackTotals): number => (judged === 0 ? 0.5 : quality / judged)

/** Costs beyond this many times the mean so far count as this many times. */
const capFactor = 5

/** What costs are divided by to lie in [0, 1]: from the past alone, so that it favours no track; null before there is a price. */
const costCap = ({ tracks: { traditional, optimized } }: Experiment): number | null => {
  const costUsd = traditional.costUsd + optimized.costUsd
  return costUsd === 0 ? null : (capFactor * costUsd) / (traditional.priced + optimized.priced)
}

/** With hardly any spread, what is slower by this much is slow all the same, and what is less is not. */
const leastSlow = 1.5

/** What the slowest 5 % of the traditional track take; null while too little is known. */
const slowLimit = ({ tracks: { traditional } }: Experiment): number | null => {
  if (traditional.n < 20) return null
  const [usual, slowest] = [quantileOf(traditional.latencyMs, 0.5), quantileOf(traditional.latencyMs, 0.95)]
  return Math.max(leastSlow * (usual ?? 0), slowest ?? 0)
}
