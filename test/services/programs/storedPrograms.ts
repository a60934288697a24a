import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Example } from "../../../src/Example.ts"
import type { Candidate, Program } from "../../../src/Program.ts"
import { ProgramError, type ProgramPlace, ProgramStore } from "../../../src/services/programs/ProgramStore.ts"
import type { Signature } from "../../../src/Signature.ts"
import { aProgram } from "./aProgram.ts"

/** The program of one step, by what it says to a model. */
export const sortingProgram = (signature: Signature, candidate: Partial<Candidate> = {}): Program =>
  aProgram({
    workflow: "demo",
    step: "sort",
    signature,
    candidate: { instructions: signature.instructions, adapter: "chat", reasoning: false, demos: [], ...candidate },
  })

export interface StoredPrograms {
  readonly layer: Layer.Layer<ProgramStore>
  readonly asked: { readonly places: Array<ProgramPlace>; rows: number }
}

/** A store in memory with one adopted program, whatever place is asked for. */
export const storedPrograms = (
  adopted: Program | ProgramError | null,
  rows: Readonly<Record<string, ReadonlyArray<Example>>> = {},
): StoredPrograms => {
  const asked = { places: new Array<ProgramPlace>(), rows: 0 }
  const missing = Effect.fail(new ProgramError({ reason: "not_found", message: "not part of this test" }))
  const layer = Layer.succeed(
    ProgramStore,
    ProgramStore.of({
      save: () => missing,
      adopted: (place) => {
        asked.places.push(place)
        return adopted instanceof ProgramError ? Effect.fail(adopted) : Effect.succeed(adopted)
      },
      get: () => missing,
      list: missing,
      promote: () => missing,
      rollback: () => missing,
      withdraw: () => missing,
      withdrawn: () => missing,
      withdrawnBecause: () => missing,
      lastAdopted: () => missing,
      invalidate: () => missing,
      saveRows: () => missing,
      rows: (hash) => {
        asked.rows += 1
        const found = rows[hash]
        return found === undefined
          ? Effect.fail(new ProgramError({ reason: "not_found", message: `no rows ${hash} are kept` }))
          : Effect.succeed(found)
      },
    }),
  )
  return { layer, asked }
}
