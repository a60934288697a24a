import { expect, test } from "vitest"
import type { Proof } from "./Proof.ts"

/** Each proof as a test, on as few experiments as show it. */
export const showProofs = (proofs: ReadonlyArray<Proof>): void =>
  test.each(proofs.filter(({ byNightOnly }) => byNightOnly !== true))(
    "$name: $claim",
    ({ prove }) => {
      const { holds, figures } = prove("quick")

      expect(holds, figures).toBe(true)
    },
    120_000,
  )
