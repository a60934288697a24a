import * as Effect from "effect/Effect"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Layer from "effect/Layer"
import { Store } from "./services/store/Store.ts"
const p = Effect.gen(function* () {
  const s = yield* Store
  const c = s.collection("a")
  console.log(yield* c.get("x"))
  yield* c.put("x", "1")
  yield* c.put("xy", "2\u0000b")
  yield* c.put("z", "\ud800")
  console.log(yield* c.list("x"), yield* c.list())
})
for (const l of [
  Store.layerMemory,
  Store.layer("/tmp/stx/a/b").pipe(Layer.provide(NodeServices.layer)),
  Store.layer("/tmp/st.ts").pipe(Layer.provide(NodeServices.layer)),
  Store.layer("/proc/x/y").pipe(Layer.provide(NodeServices.layer)),
])
  console.log(await Effect.runPromise(Effect.result(Effect.provide(p, l))))
