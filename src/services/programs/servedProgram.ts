import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Program } from "../../Program.ts"
import { signatureDifference } from "../../signatureDifference.ts"
import { signatureHash } from "../../signatureHash.ts"
import { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { checkParity } from "../adapters/frozenPrompt.ts"
import type { ProgramStore } from "./ProgramStore.ts"

/** The program adopted for a step, or null; fails with `dspy_unavailable` where one is there and cannot be served. */
export const servedProgram = Effect.fnUntraced(function* (
  store: ProgramStore["Service"],
  { workflow, step }: StepTask,
): Effect.fn.Return<Program | null, StepFailure> {
  const { name, signature } = step
  if (signature === undefined) return null
  const hash = signatureHash(signature)
  const program = yield* store
    .adopted({ workflow, step: name, signatureHash: hash, signature })
    .pipe(Effect.mapError(({ message }) => unavailable(name, message)))
  if (program === null) return null
  if (signatureHash(program.signature) !== hash) {
    return yield* unavailable(
      name,
      `program ${program.id} was compiled under a different signature: ${signatureDifference(program.signature, signature)}. ` +
        "Optimize the step again, or go back to the signature of the program.",
    )
  }
  for (const frozen of program.frozen ?? []) {
    const parity = checkParity(frozen, program.signature)
    if (Result.isFailure(parity)) return yield* unavailable(name, `program ${program.id}: ${parity.failure.message}`)
  }
  return program
})

/** The optimized track cannot answer. */
export const unavailable = (step: string, message: string): StepFailure =>
  new StepFailure({ reason: "dspy_unavailable", message: `Step "${step}": ${message}` })
