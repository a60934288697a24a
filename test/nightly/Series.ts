import type { Finding, Proof, Size } from "../simulation/Proof.ts"

/** Work of minutes that shows something, carried out in a process of its own. */
export interface Series extends Pick<Proof, "name" | "claim"> {
  readonly prove: (size: Size) => Finding | Promise<Finding | Skipped>
}

/** Why a series cannot be carried out on this machine. */
export interface Skipped {
  readonly skipped: string
}
