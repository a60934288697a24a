import type { Assignment } from "../Route.ts"

/** How chance is to divide the steps between the tracks. */
export interface Shares {
  /** Of all steps, those that run both tracks. */
  readonly pairs: number
  /** Of the others, those that are assigned the optimized track. */
  readonly share: number
}

/**
 * The assignment that a uniform draw from [0, 1) stands for, and how probable it was. Low draws are the optimized
 * track's, so that a unit with one draw keeps its track while the share grows.
 */
export const drawAssignment = (
  { pairs, share }: Shares,
  draw: number,
): { readonly assigned: Assignment; readonly propensity: number } => {
  const optimized = (1 - pairs) * share
  if (draw < optimized) return { assigned: "optimized", propensity: optimized }
  if (draw < optimized + pairs) return { assigned: "both", propensity: pairs }
  return { assigned: "traditional", propensity: (1 - pairs) * (1 - share) }
}
