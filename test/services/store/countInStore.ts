import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Store } from "../../../src/services/store/Store.ts"

/** A process that counts up in a store, as often as it is told, beside others that do the same. */
const [directory = "", name = "", times = "0"] = process.argv.slice(2)

await Effect.runPromise(
  Store.use((store) =>
    Effect.forEach(Array.from({ length: Number(times) }), (_, index) =>
      store.write((entries) => {
        entries.put("notes", "count", String(Number(entries.get("notes", "count") ?? "0") + 1))
        entries.put("notes", `from-${name}-${index}`, "")
      }),
    ),
  ).pipe(Effect.provide(Store.layer(directory).pipe(Layer.provide(NodeServices.layer)))),
)
