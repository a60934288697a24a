import type { Experiment, TrackTotals } from "../../Experiment.ts"
import type { Guardrails } from "../../RoutingPolicy.ts"
import { isBeyond } from "../../statistics/evidence.ts"

/** What the optimized track does too badly, beyond doubt, in words; null where it keeps within its bounds. */
export const guardrailOf = ({ evidence, tracks }: Experiment, limits: Guardrails): string | null => {
  if (isBeyond(evidence.success, -limits.successRateDrop) === "below") {
    const [traditional, optimized] = [answeredShare(tracks.traditional), answeredShare(tracks.optimized)]
    return `the program answers ${percent(optimized)} of the steps, the prompt as written ${percent(traditional)}`
  }
  if (isBeyond(evidence.dearness, 0) === "above") {
    return `the program costs ${costRatio(tracks)} times as much; ${limits.costRatio} times is allowed (guardrails.cost_ratio)`
  }
  if (isBeyond(evidence.slowness, limits.slowShareRise) === "above") {
    return `the program is slow more often, by over ${percent(limits.slowShareRise)} of the steps (guardrails.slow_share_rise)`
  }
  return null
}

/** Mean cost, optimized over traditional. */
const costRatio = ({ traditional, optimized }: Experiment["tracks"]): string =>
  traditional.costUsd === 0
    ? "more than any number of"
    : (optimized.costUsd / optimized.priced / (traditional.costUsd / traditional.priced)).toFixed(1)

const answeredShare = ({ n, answered }: TrackTotals): number => (n === 0 ? 0 : answered / n)

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
