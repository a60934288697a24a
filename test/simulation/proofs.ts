import { canary } from "./canary.ts"
import { decisions } from "./decisions.ts"
import { driftNoticed } from "./driftNoticed.ts"
import { equalTracks, wrongTests } from "./equalTracks.ts"
import { failureAccounting } from "./failureAccounting.ts"
import { jointDecisions } from "./jointDecisions.ts"
import type { Proof } from "./Proof.ts"
import { regret } from "./regret.ts"

/** Every proof, the quickest and most telling first. */
export const proofs: ReadonlyArray<Proof> = [
  ...canary,
  ...decisions,
  ...driftNoticed,
  ...wrongTests,
  ...regret,
  ...failureAccounting,
  ...jointDecisions,
  ...equalTracks,
]
