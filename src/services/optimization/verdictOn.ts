import { canonicalJson } from "../../canonicalJson.ts"
import type { Candidate, Program } from "../../Program.ts"
import type { AdoptionCriteria } from "../../Settings.ts"
import { adoption, type Verdict } from "./adoption.ts"
import type { Measured } from "./Measured.ts"

/** What was measured on the held-out rows of an optimization. */
export interface MeasuredFacts {
  /** The traditional track. */
  readonly baseline: Measured
  readonly optimized: Measured
  /** The program that was in use, where it was measured, too. */
  readonly inUse: { readonly programId: string; readonly measured: Measured } | null
}

/** What a new program would replace, and by which criteria. */
export interface Contest {
  readonly candidate: Candidate
  readonly current: Program | null
  readonly criteria: AdoptionCriteria
}

/** Whether a program is adopted, by what was measured; null where that needs the program in use to be measured first. */
export const verdictOn = (
  { baseline, optimized, inUse }: MeasuredFacts,
  { candidate, current, criteria }: Contest,
): Verdict | null => {
  const verdict = adoption(optimized, { ...baseline, name: "the traditional track" }, criteria)
  if (!verdict.adopted || current === null) return verdict
  if (canonicalJson(candidate) === canonicalJson(current.candidate)) return verdict
  if (inUse?.programId !== current.id) return null
  const against = adoption(optimized, { ...inUse.measured, name: `the program in use, ${current.id},` }, criteria)
  return against.adopted ? { adopted: true, reason: `${verdict.reason}; ${against.reason}` } : against
}
