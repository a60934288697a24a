import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { Store } from "../../src/services/store/Store.ts"
import type { EntryWriter } from "../../src/services/store/StoredEntries.ts"

/** Does something to what a store holds, as another process would. */
export const inStore = <A>(store: string, change: (entries: EntryWriter) => A): Promise<A> =>
  Effect.runPromise(
    Store.use(({ write }) => write(change)).pipe(
      Effect.provide(Store.layer(store)),
      Effect.provide(NodeServices.layer),
    ),
  )

/** Changes a JSON value in place. */
export const edit = (entries: EntryWriter, collection: string, key: string, change: object): void =>
  entries.put(collection, key, JSON.stringify({ ...JSON.parse(entries.get(collection, key) ?? ""), ...change }))
