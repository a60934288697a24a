import type { Arm } from "../../Arm.ts"
import type { Track } from "../../ExecutionMode.ts"
import type { Observation } from "../../Observation.ts"
import { addUsage, type Usage } from "../../Usage.ts"

/** What is charged to a track. A failure that another track mended is one, and the mending is paid for. */
export interface Charge {
  /** False where no program or endpoint could be asked. */
  readonly reached: boolean
  readonly answered: boolean
  /** In [0, 1]; 0 for a failure, null for an answer that nobody has judged. */
  readonly quality: number | null
  readonly costUsd: number | null
  /** In and out. */
  readonly tokens: number
  readonly latencyMs: number
}

/** What an observation charges, by how the tracks were assigned. */
export type Charges =
  | { readonly _tag: "Pair"; readonly traditional: Charge; readonly optimized: Charge }
  | {
      readonly _tag: "Single"
      readonly assigned: Track
      /** How probable the optimized track was. */
      readonly share: number
      readonly charge: Charge
    }

/** Null where chance did not decide, and where a failure says nothing about its track. */
export const chargesOf = (observation: Observation): Charges | null => {
  const { subject, share, assigned, traditional, optimized } = observation
  if (subject === null || share === null) return null
  const judged = subject.assessor !== null
  if (assigned === "both") {
    return counts(traditional) && counts(optimized)
      ? { _tag: "Pair", traditional: chargeOf(traditional, judged), optimized: chargeOf(optimized, judged) }
      : null
  }
  const own = observation[assigned]
  if (!counts(own)) return null
  const charge = chargeOf(own, judged)
  const rescue = assigned === "optimized" ? traditional : undefined
  return { _tag: "Single", assigned, share, charge: rescue === undefined ? charge : withRescue(charge, own, rescue) }
}

const counts = (arm: Arm | undefined): arm is Arm => arm !== undefined && arm.invalid !== true

const chargeOf = ({ answered, quality, usage, latencyMs, failure }: Arm, judged: boolean): Charge => ({
  reached: failure?.reason !== "dspy_unavailable",
  answered,
  quality: answered ? (judged ? (quality ?? null) : 1) : 0,
  ...spent(usage),
  latencyMs,
})

const withRescue = (charge: Charge, own: Arm, rescue: Arm): Charge => ({
  ...charge,
  ...spent(addUsage(own.usage, rescue.usage)),
  latencyMs: own.latencyMs + rescue.latencyMs,
})

const spent = ({ costUsd, tokens }: Usage) => ({ costUsd, tokens: tokens.input + tokens.output })
