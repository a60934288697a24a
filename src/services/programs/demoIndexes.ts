import * as Cache from "effect/Cache"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Signature } from "../../Signature.ts"
import { type DemoLookup, demoLookup } from "../retrieval/demoLookup.ts"
import { type ProgramError, ProgramStore } from "./ProgramStore.ts"

/** Lookups over rows kept in the store, by their hash. */
export type DemoIndexes = (
  hash: string,
  signature: Pick<Signature, "inputs">,
) => Effect.Effect<DemoLookup, ProgramError>

/** The few indexes used last are kept; rows that could not be read are looked for again the next time. */
export const demoIndexes: Effect.Effect<DemoIndexes, never, ProgramStore> = Effect.gen(function* () {
  const store = yield* ProgramStore
  const cache = yield* Cache.makeWith(
    (key: string) => {
      const [hash = "", ...names] = key.split("\n")
      return Effect.map(store.rows(hash), (rows) => demoLookup(rows, { inputs: names.map((name) => ({ name })) }))
    },
    { capacity: maxIndexes, timeToLive: (exit) => (Exit.isSuccess(exit) ? "1 hour" : 0) },
  )
  return (hash, { inputs }) => Cache.get(cache, [hash, ...inputs.map(({ name }) => name)].join("\n"))
})

const maxIndexes = 4
