import * as Effect from "effect/Effect"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { trainingEntries } from "./trainingEntries.ts"
import type { TrainingRow } from "./TrainingRow.ts"

/** The rows collected for a signature, in an order that does not depend on when they came; damaged ones are left out and said. */
export const storedRows = Effect.fnUntraced(function* (
  signatureHash: string,
): Effect.fn.Return<ReadonlyArray<TrainingRow>, StoreError, Store> {
  const store = yield* Store
  const { rows, damaged } = yield* store.read((entries) => trainingEntries.all(entries, signatureHash))
  for (const message of damaged) yield* Effect.logWarning(message)
  return rows
})
