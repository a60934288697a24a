import type { Experiment } from "../../Experiment.ts"
import type { Charges } from "./charges.ts"
import type { Circumstances } from "./Circumstances.ts"

/**
 * Where people judge later, they judge few answers. A failure that always counted would weigh the more, the fewer they
 * are; so its quality counts as often as that of an answer does, by lot.
 */
export const asOftenAsJudged = (
  { subject, tracks: { traditional, optimized } }: Experiment,
  charges: Charges,
  circumstances: Circumstances,
): { readonly charges: Charges; readonly circumstances: Circumstances } => {
  if (!subject.delayed || charges._tag === "Pair" || charges.charge.answered) return { charges, circumstances }
  const { rounding } = circumstances
  const n = traditional.n + optimized.n
  const judged = n === 0 ? 0 : (traditional.judged + optimized.judged) / n
  return rounding < judged
    ? { charges, circumstances: { ...circumstances, rounding: rounding / judged } }
    : { charges: { ...charges, charge: { ...charges.charge, quality: null } }, circumstances }
}
