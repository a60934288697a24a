import * as Effect from "effect/Effect"
import type { Example } from "../../Example.ts"
import type { Signature } from "../../Signature.ts"
import { type ProgramError, ProgramStore } from "../programs/ProgramStore.ts"
import { type DemoLookup, demoLookup } from "../retrieval/demoLookup.ts"
import { OptimizationError } from "./Optimizer.ts"

/** The rows that candidates of one job pick demos from, indexed once. */
export interface BenchRows {
  readonly keep: (rows: ReadonlyArray<Example>) => Effect.Effect<string, OptimizationError>
  readonly lookup: (hash: string) => Effect.Effect<DemoLookup, OptimizationError>
}

export const benchRows = (signature: Signature): Effect.Effect<BenchRows, never, ProgramStore> =>
  Effect.map(ProgramStore, (store) => {
    const lookups = new Map<string, DemoLookup>()
    const index = (hash: string, rows: ReadonlyArray<Example>): DemoLookup => {
      const lookup = lookups.get(hash) ?? demoLookup(rows, signature)
      lookups.set(hash, lookup)
      return lookup
    }
    return {
      keep: (rows) =>
        store.saveRows(rows.map(({ inputs, outputs }) => ({ inputs, outputs }))).pipe(
          Effect.tap((hash) => Effect.sync(() => index(hash, rows))),
          Effect.mapError(storeFailed),
        ),
      lookup: (hash) => {
        const known = lookups.get(hash)
        if (known !== undefined) return Effect.succeed(known)
        return store.rows(hash).pipe(
          Effect.map((rows) => index(hash, rows)),
          Effect.mapError(storeFailed),
        )
      },
    }
  })

const storeFailed = ({ message }: ProgramError) => new OptimizationError({ reason: "configuration", message })
