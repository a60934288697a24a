import process from "node:process"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import { Epochs } from "../../../src/services/cache/Epochs.ts"
import { Fleet } from "../../../src/services/cache/Fleet.ts"
import { OptimizationCache } from "../../../src/services/cache/OptimizationCache.ts"
import type { OptimizationKey } from "../../../src/services/cache/optimizationKey.ts"
import { stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { traditionalLayer } from "../../../src/services/executors/traditional.ts"
import { Models } from "../../../src/services/models/Models.ts"
import { Nats } from "../../../src/services/nats/Nats.ts"
import { natsFleet } from "../../../src/services/nats/natsFleet.ts"
import type { OptimizeReport } from "../../../src/services/optimization/concludeJob.ts"
import { optimizeWorkflow } from "../../../src/services/optimization/optimizeWorkflow.ts"
import { fleetPrograms } from "../../../src/services/programs/fleetPrograms.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { Workflows } from "../../../src/services/workflows/Workflows.ts"
import type { SystemFact } from "../../../src/SystemEvent.ts"
import { countedModel } from "../optimization/aJob.ts"
import { colourAnswer } from "../optimization/colourTask.ts"

/** What a node says of itself, in order. */
export type NodeNews =
  | { readonly _tag: "Ready" }
  /** It got the lease of a compilation. */
  | { readonly _tag: "Leased"; readonly name: string; readonly token: number; readonly key: OptimizationKey }
  /** Somebody else has the lease. */
  | { readonly _tag: "Waiting" }
  /** It has made this many calls, and makes no more until it is told to go on. */
  | { readonly _tag: "Halfway" }
  | { readonly _tag: "Fact"; readonly fact: SystemFact["_tag"] }
  | { readonly _tag: "Done"; readonly report: OptimizeReport }
  | { readonly _tag: "Failed"; readonly why: string }

/** `go`: no more halts. */
export type NodeOrder = "optimize" | "go"

const [url = "", directory = "", file = "", holdMs = "0"] = process.argv.slice(2)
const say = (news: NodeNews) => Effect.sync(() => void process.send?.(news))

const halfway = 30
const gate = Deferred.makeUnsafe<void>()
const model = countedModel((request) =>
  request.messages.some(({ content }) => content.includes("[[ ##")) ? colourAnswer(request) : "cold",
)
const halting = Layer.effect(
  Models,
  Effect.map(Models, (models) =>
    Models.of({
      ...models,
      generate: Effect.fnUntraced(function* (request) {
        if (model.started() === halfway) yield* say({ _tag: "Halfway" })
        if (model.started() >= halfway) yield* Deferred.await(gate)
        return yield* models.generate(request)
      }),
    }),
  ),
).pipe(Layer.provide(model.layer))

const shortLeases = Layer.effect(
  Fleet,
  Effect.map(Fleet, (fleet) =>
    Fleet.of({ ...fleet, leases: (options) => fleet.leases({ ...options, holdMs: Number(holdMs) }) }),
  ),
).pipe(Layer.provide(natsFleet()))

const settings = decodeSettings({ seed: 3, nats: { servers: [url] } })

/** The cache of this node, which tells of its leases. */
const telling = Layer.effect(
  OptimizationCache,
  Effect.map(OptimizationCache, (cache) => {
    let asked: OptimizationKey | undefined
    const acquire = (name: string) =>
      Effect.tap(cache.leases.acquire(name), (lease) =>
        lease === null || asked === undefined
          ? Effect.void
          : say({ _tag: "Leased", name, token: lease.token, key: asked }),
      )
    return OptimizationCache.of({
      ...cache,
      get: (key, options) => Effect.suspend(() => cache.get((asked = key), options)),
      leases: { ...cache.leases, acquire },
    })
  }),
).pipe(Layer.provide(OptimizationCache.layer(settings.cache)))

const runtime = ManagedRuntime.make(
  traditionalLayer.pipe(
    Layer.provideMerge(stepTypesLayer([])),
    Layer.provideMerge(Layer.mergeAll(halting, Prompts.layer, Workflows.layer)),
    Layer.provideMerge(fleetPrograms),
    Layer.provideMerge(telling),
    Layer.provideMerge(Epochs.layer({ trustMs: settings.cache.awayMs })),
    Layer.provideMerge(shortLeases),
    Layer.provideMerge(Nats.layer(settings.nats, "test")),
    Layer.provideMerge(Store.layer(directory)),
    Layer.provideMerge(NodeServices.layer),
  ),
)

const optimize = Effect.gen(function* () {
  const loaded = yield* Workflows.use((workflows) => workflows.load(file))
  const [report] = yield* optimizeWorkflow(
    loaded,
    {},
    {
      settings,
      runSettings: { directory, outputDir: directory, strictCompat: false, stepTimeoutMs: 60_000 },
      environment: {},
      record: ({ _tag }) => say({ _tag: "Fact", fact: _tag }),
      notice: (notice) => (notice.includes("waiting for it") ? say({ _tag: "Waiting" }) : Effect.void),
    },
  )
  yield* say(report === undefined ? { _tag: "Failed", why: "no report" } : { _tag: "Done", report })
}).pipe(Effect.catch(({ message }) => say({ _tag: "Failed", why: message })))

process.on("message", (order: NodeOrder) => {
  if (order === "go") Deferred.doneUnsafe(gate, Effect.void)
  else void runtime.runPromise(optimize)
})
process.on("disconnect", () => process.exit(0))
await runtime.runPromise(Effect.flatMap(Nats, ({ connected }) => connected))
process.send?.({ _tag: "Ready" } satisfies NodeNews)
