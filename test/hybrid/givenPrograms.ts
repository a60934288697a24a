import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Program } from "../../src/Program.ts"
import { ProgramStore } from "../../src/services/programs/ProgramStore.ts"
import { aProgram } from "../services/programs/aProgram.ts"

/** Adopts programs before anything runs, in their order. */
export const givenPrograms = (programs: ReadonlyArray<Program>): Layer.Layer<never, never, ProgramStore> =>
  Layer.effectDiscard(
    ProgramStore.use((store) =>
      Effect.forEach(programs, (program) => store.save(program, { adopted: true, reason: "given" })),
    ).pipe(Effect.orDie),
  )

/** The signature of a step of this name, which no other step has. */
export const signatureOf = (name: string) => ({
  instructions: `Name the intent, as step ${name} does.`,
  inputs: [{ name: "message", type: "string" }] as const,
  outputs: [{ name: "intent", type: "enum", values: ["refund", "order"] }] as const,
})

export interface StepProgram {
  readonly workflow: string
  readonly step: string
  readonly instructions: string
  /** Gain over the prompt on 40 held-out rows; null: nothing was measured. */
  readonly gain?: number | null
  readonly createdAt?: string
}

/** A program for the signature of a step; by its instructions models can tell who asks. */
export const programOf = ({ workflow, step, instructions, gain = null, createdAt }: StepProgram): Program =>
  aProgram({
    workflow,
    step,
    signature: signatureOf(step),
    candidate: { instructions, adapter: "chat", reasoning: false, demos: [] },
    heldOut:
      gain === null
        ? null
        : { metric: "exact_match", baseline: 0.5, optimized: 0.5 + gain, n: 40, interval: [0.01, 0.9] },
    ...(createdAt === undefined ? {} : { createdAt }),
  })
